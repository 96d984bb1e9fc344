// SPDX-License-Identifier: GPL-2.0
/* diag: what it takes of an answer, and that no answer can harm it. */
#include "cmocka_test.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "diag.h"
#include "names.h"
#include "records.h"

#define RANDOM_ANSWERS 200000

/* A datagram that is being made. */
static unsigned char bytes[4096];
static size_t len;

/* What was taken of it. */
static struct diag_socket taken[64];
static size_t count;

static int setup(void **state)
{
	(void)state;
	memset(bytes, 0, sizeof(bytes));
	len = 0;
	return 0;
}

static void take(void *arg, const struct diag_socket *socket)
{
	assert_ptr_equal(arg, taken);
	assert_true(state_valid(socket->state));
	assert_int_not_equal(socket->state, TCPSTATE_CLOSED);
	assert_true(count < 64);
	taken[count++] = *socket;
}

/* From the heap, for the sanitizer to see what is read past the end. */
static struct diag_answer parse(size_t size)
{
	struct diag_answer answer = { .take = take, .arg = taken };
	void *exact = malloc(size);

	count = 0;
	memcpy(exact, bytes, size);
	diag_parse(&answer, exact, size);
	free(exact);
	return answer;
}

static void add(const void *from, size_t size)
{
	memcpy(bytes + len, from, size);
	len += size;
}

static void pad(void)
{
	len = (len + 3) & ~3UL;
}

/* Return: where its header is, for end(). */
static size_t begin(__u16 type, __u16 flags)
{
	struct nlmsghdr header = { .nlmsg_type = type, .nlmsg_flags = flags };
	size_t at = len;

	add(&header, sizeof(header));
	return at;
}

static void end(size_t at)
{
	__u32 size = len - at;

	memcpy(bytes + at, &size, sizeof(size));
	pad();
}

static void add_attribute(__u16 type, const void *value, size_t size)
{
	struct nlattr attr = { .nla_type = type, .nla_len = 4 + size };

	add(&attr, sizeof(attr));
	add(value, size);
	pad();
}

static struct inet_diag_msg make_msg(__u8 family, __u8 state)
{
	struct inet_diag_msg msg = {
		.idiag_family	= family,
		.idiag_state	= state,
		.id = {
			.idiag_sport	= htons(33333),
			.idiag_dport	= htons(45714),
			.idiag_cookie	= { 0x89abcdef, 0x01234567 },
		},
		.idiag_uid	= 1000,
		.idiag_inode	= 4711,
	};

	return msg;
}

static void add_msg(const struct inet_diag_msg *msg)
{
	size_t at = begin(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI);

	add(msg, sizeof(*msg));
	end(at);
}

static void add_socket(__u8 family, __u8 tcp_state)
{
	struct inet_diag_msg msg = make_msg(family, tcp_state);

	add_msg(&msg);
}

static void add_error(__u16 type, int error)
{
	size_t at = begin(type, NLM_F_MULTI);

	add(&error, sizeof(error));
	end(at);
}

static void takes_all_that_it_wants(void **state)
{
	struct inet_diag_msg msg = make_msg(AF_INET, TCPSTATE_ESTABLISHED);
	struct diag_answer answer;
	struct tcpstate_flow flow;

	(void)state;
	inet_pton(AF_INET, "10.9.0.2", msg.id.idiag_src);
	inet_pton(AF_INET, "10.9.0.1", msg.id.idiag_dst);
	/* Only the first four bytes of an address are one of IPv4. */
	msg.id.idiag_src[1] = 0xffffffff;
	add_msg(&msg);
	answer = parse(len);
	assert_int_equal(answer.error, 0);
	assert_false(answer.done);
	assert_int_equal(count, 1);

	fill_flow(&flow, "10.9.0.2", 33333, "10.9.0.1", 45714);
	assert_memory_equal(&taken[0].flow, &flow, sizeof(flow));
	assert_int_equal(taken[0].cookie, 0x0123456789abcdef);
	assert_int_equal(taken[0].uid, 1000);
	assert_int_equal(taken[0].inode, 4711);
	assert_int_equal(taken[0].state, TCPSTATE_ESTABLISHED);
	assert_false(taken[0].ipv6);
	assert_false(taken[0].mptcp);
}

static void takes_ipv6_as_it_is(void **state)
{
	struct inet_diag_msg msg = make_msg(AF_INET6, TCPSTATE_TIME_WAIT);
	struct tcpstate_flow flow;

	(void)state;
	inet_pton(AF_INET6, "fd00:9::2", msg.id.idiag_src);
	inet_pton(AF_INET6, "::ffff:10.9.0.1", msg.id.idiag_dst);
	add_msg(&msg);
	parse(len);
	fill_flow(&flow, "fd00:9::2", 33333, "10.9.0.1", 45714);
	assert_memory_equal(&taken[0].flow, &flow, sizeof(flow));
	assert_true(taken[0].ipv6);
}

static void takes_sockets_that_live_only(void **state)
{
	int s;

	(void)state;
	for (s = 0; s < 256; s++) {
		len = 0;
		add_socket(AF_INET, s);
		parse(len);
		assert_int_equal(count, s >= 1 && s <= 11 && s != 7);
	}
}

static void takes_message_by_message_to_the_end(void **state)
{
	struct diag_answer answer;

	(void)state;
	add_socket(AF_INET, TCPSTATE_LISTEN);
	add_error(0x7fff, -EPERM);	/* what we do not know */
	add_socket(AF_INET6, TCPSTATE_SYN_RCVD);
	add_error(NLMSG_DONE, 0);
	add_socket(AF_INET, TCPSTATE_CLOSING);
	answer = parse(len);
	assert_int_equal(answer.error, 0);
	assert_true(answer.done);
	assert_false(answer.interrupted);
	assert_int_equal(answer.parts, 1);
	assert_int_equal(count, 2);
	assert_int_equal(taken[0].state, TCPSTATE_LISTEN);
	assert_int_equal(taken[1].state, TCPSTATE_SYN_RCVD);
}

static void tells_of_refusals(void **state)
{
	struct diag_answer answer;

	(void)state;
	add_error(NLMSG_ERROR, -ENOENT);
	answer = parse(len);
	assert_int_equal(answer.error, -ENOENT);
	assert_false(answer.done);

	len = 0;
	add_error(NLMSG_DONE, -ENOMEM);
	answer = parse(len);
	assert_int_equal(answer.error, -ENOMEM);

	len = 0;
	add_error(NLMSG_ERROR, 0);	/* an acknowledgment */
	answer = parse(len);
	assert_int_equal(answer.error, 0);
}

static void tells_if_it_was_interrupted(void **state)
{
	struct inet_diag_msg msg = make_msg(AF_INET, TCPSTATE_LISTEN);
	size_t at = begin(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI | NLM_F_DUMP_INTR);

	(void)state;
	add(&msg, sizeof(msg));
	end(at);
	assert_true(parse(len).interrupted);
	assert_int_equal(count, 1);
}

/* A socket with a ULP of this name, and an attribute before and after. */
static void add_with_ulp(const char *name, size_t size)
{
	struct inet_diag_msg msg = make_msg(AF_INET, TCPSTATE_ESTABLISHED);
	size_t at = begin(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI);
	size_t ulp;
	__u16 ulp_len;

	add(&msg, sizeof(msg));
	add_attribute(INET_DIAG_SHUTDOWN, "", 1);
	ulp = len;
	add_attribute(NLA_F_NESTED | INET_DIAG_ULP_INFO, "", 0);
	add_attribute(INET_ULP_INFO_NAME, name, size);
	ulp_len = len - ulp;
	memcpy(bytes + ulp, &ulp_len, sizeof(ulp_len));
	add_attribute(INET_DIAG_MARK, "abc", 4);
	end(at);
}

static void knows_subflows(void **state)
{
	(void)state;
	add_with_ulp("mptcp", 6);
	add_with_ulp("mptcp", 5);
	add_with_ulp("espintcp", 9);
	add_with_ulp("", 0);
	parse(len);
	assert_int_equal(count, 4);
	assert_true(taken[0].mptcp);
	assert_false(taken[1].mptcp);
	assert_false(taken[2].mptcp);
	assert_false(taken[3].mptcp);
}

/* Cut off anywhere but between two messages, it cannot be understood. */
static void minds_its_end(void **state)
{
	size_t whole[4];
	struct diag_answer answer;
	size_t size, n;

	(void)state;
	for (n = 0; n < 4; n++) {
		whole[n] = len;
		add_with_ulp("mptcp", 6);
	}
	for (size = 0; size < len; size++) {
		answer = parse(size);
		n = size / whole[1];
		assert_int_equal(count, n);
		assert_int_equal(answer.error, size == whole[n] ? 0 : -EBADMSG);
	}
}

static void minds_lengths_of_messages(void **state)
{
	static const __u32 lengths[] = { 0, 1, 15, 16, 17, 87, 0x7fffffff,
					 0x80000000, 0xfffffffd, 0xffffffff };
	size_t i;

	(void)state;
	add_socket(AF_INET, TCPSTATE_LISTEN);
	assert_int_equal(len, 88);
	for (i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		memcpy(bytes, &lengths[i], sizeof(lengths[i]));
		assert_int_equal(parse(len).error, -EBADMSG);
		assert_int_equal(count, 0);
	}
}

static void minds_lengths_of_attributes(void **state)
{
	const size_t at = sizeof(struct nlmsghdr) +
			  sizeof(struct inet_diag_msg);
	size_t i;

	(void)state;
	for (i = 0; i < 65536; i++) {
		__u16 value = i;

		len = 0;
		add_with_ulp("mptcp", 6);
		memcpy(bytes + at, &value, sizeof(value));
		assert_int_equal(parse(len).error, 0);
		assert_int_equal(count, 1);
		/* The nested one's too, and that of what is nested. */
		memcpy(bytes + at + 8, &value, sizeof(value));
		parse(len);
		memcpy(bytes + at + 12, &value, sizeof(value));
		parse(len);
	}
}

static void withstands_random_answers(void **state)
{
	size_t good = 0;
	int i, change;

	(void)state;
	srandom(1);
	for (i = 0; i < RANDOM_ANSWERS; i++) {
		len = 0;
		add_with_ulp("mptcp", 6);
		add_socket(AF_INET6, TCPSTATE_LISTEN);
		add_error(NLMSG_DONE, 0);
		for (change = random() % 4; change; change--)
			bytes[random() % len] = random();
		good += !parse(len - random() % 2 * (random() % len)).error;
	}
	assert_true(good > RANDOM_ANSWERS / 10);
	assert_true(good < RANDOM_ANSWERS * 9 / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(takes_all_that_it_wants, setup),
		cmocka_unit_test_setup(takes_ipv6_as_it_is, setup),
		cmocka_unit_test_setup(takes_sockets_that_live_only, setup),
		cmocka_unit_test_setup(takes_message_by_message_to_the_end,
				       setup),
		cmocka_unit_test_setup(tells_of_refusals, setup),
		cmocka_unit_test_setup(tells_if_it_was_interrupted, setup),
		cmocka_unit_test_setup(knows_subflows, setup),
		cmocka_unit_test_setup(minds_its_end, setup),
		cmocka_unit_test_setup(minds_lengths_of_messages, setup),
		cmocka_unit_test_setup(minds_lengths_of_attributes, setup),
		cmocka_unit_test_setup(withstands_random_answers, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
