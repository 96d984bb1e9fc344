// SPDX-License-Identifier: GPL-2.0
#include "diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "names.h"

/* More than the kernel ever puts into one datagram. */
#define PART_SIZE (64 * 1024)

/* As Linux numbers states: those of the records, and that of a request. */
#define ALL_STATES ((1 << 13) - 2)

/* What the kernel returns as an error is no lower. */
#define ERROR_MIN (-4095)

/* What is left to be looked at. */
struct bytes {
	const unsigned char	*at;
	size_t			left;
};

int diag_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
}

static bool take_bytes(struct bytes *bytes, void *to, size_t len)
{
	if (bytes->left < len)
		return false;
	memcpy(to, bytes->at, len);
	bytes->at += len;
	bytes->left -= len;
	return true;
}

/*
 * Split off the @len bytes of which the first @header are taken already.  What
 * follows is aligned to four bytes, where anything follows.
 */
static bool split(struct bytes *bytes, size_t header, size_t len,
		  struct bytes *part)
{
	size_t padded;

	if (len < header || len - header > bytes->left)
		return false;
	part->at = bytes->at;
	part->left = len - header;
	padded = part->left + (-len & 3);
	if (padded > bytes->left)
		padded = bytes->left;
	bytes->at += padded;
	bytes->left -= padded;
	return true;
}

static bool find_attribute(struct bytes bytes, int type, struct bytes *value)
{
	struct nlattr attr;

	while (take_bytes(&bytes, &attr, sizeof(attr)) &&
	       split(&bytes, sizeof(attr), attr.nla_len, value))
		if ((attr.nla_type & NLA_TYPE_MASK) == type)
			return true;
	return false;
}

static bool is_subflow(struct bytes attributes)
{
	struct bytes ulp, name;

	return find_attribute(attributes, INET_DIAG_ULP_INFO, &ulp) &&
	       find_attribute(ulp, INET_ULP_INFO_NAME, &name) &&
	       name.left == sizeof("mptcp") &&
	       !memcmp(name.at, "mptcp", sizeof("mptcp"));
}

static void fill_address(__u8 to[16], const __be32 from[4], bool ipv6)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (ipv6) {
		memcpy(to, from, 16);
		return;
	}
	memcpy(to, mapped, sizeof(mapped));
	memcpy(to + sizeof(mapped), from, 4);
}

static void take_socket(struct diag_answer *answer,
			const struct inet_diag_msg *msg,
			struct bytes attributes)
{
	const struct inet_diag_sockid *id = &msg->id;
	struct diag_socket socket = {
		.cookie	= id->idiag_cookie[0] |
			  (__u64)id->idiag_cookie[1] << 32,
		.uid	= msg->idiag_uid,
		.inode	= msg->idiag_inode,
		.state	= msg->idiag_state,
		.ipv6	= msg->idiag_family == AF_INET6,
		.mptcp	= is_subflow(attributes),
	};

	fill_address(socket.flow.laddr, id->idiag_src, socket.ipv6);
	fill_address(socket.flow.raddr, id->idiag_dst, socket.ipv6);
	socket.flow.lport = ntohs(id->idiag_sport);
	socket.flow.rport = ntohs(id->idiag_dport);
	if (state_valid(socket.state) && socket.state != TCPSTATE_CLOSED)
		answer->take(answer->arg, &socket);
}

/* An error at the end of an answer stands where one instead of it does. */
static void take_error(struct diag_answer *answer, struct bytes payload)
{
	int error;

	if (take_bytes(&payload, &error, sizeof(error)) && error)
		answer->error = error < 0 && error >= ERROR_MIN ? error :
								  -EBADMSG;
}

static void take_message(struct diag_answer *answer,
			 const struct nlmsghdr *header, struct bytes payload)
{
	struct inet_diag_msg msg;

	if (header->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->interrupted = true;
	switch (header->nlmsg_type) {
	case NLMSG_DONE:
		answer->done = true;
		take_error(answer, payload);
		break;
	case NLMSG_ERROR:
		take_error(answer, payload);
		break;
	case SOCK_DIAG_BY_FAMILY:
		if (take_bytes(&payload, &msg, sizeof(msg)))
			take_socket(answer, &msg, payload);
		else
			answer->error = -EBADMSG;
		break;
	}
}

void diag_parse(struct diag_answer *answer, const void *bytes, size_t len)
{
	struct bytes rest = { bytes, len };
	struct nlmsghdr header;
	struct bytes payload;

	answer->parts++;
	while (rest.left && !answer->done && !answer->error) {
		if (take_bytes(&rest, &header, sizeof(header)) &&
		    split(&rest, sizeof(header), header.nlmsg_len, &payload))
			take_message(answer, &header, payload);
		else
			answer->error = -EBADMSG;
	}
}

static int ask(int fd, int family)
{
	const struct {
		struct nlmsghdr			header;
		struct inet_diag_req_v2		req;
	} request = {
		.header = {
			.nlmsg_len	= sizeof(request),
			.nlmsg_type	= SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags	= NLM_F_REQUEST | NLM_F_DUMP,
		},
		.req = {
			.sdiag_family	= family,
			.sdiag_protocol	= IPPROTO_TCP,
			/* For what the kernel tells together with it: the ULP */
			.idiag_ext	= 1 << (INET_DIAG_INFO - 1),
			.idiag_states	= ALL_STATES,
		},
	};

	while (send(fd, &request, sizeof(request), 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* Return: 0 or -errno. */
static int hear(int fd, struct diag_answer *answer)
{
	static char part[PART_SIZE];
	ssize_t n = recv(fd, part, sizeof(part), MSG_TRUNC);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (!n || n > PART_SIZE)
		return -EBADMSG;
	diag_parse(answer, part, n);
	return answer->error;
}

int diag_ask(int fd, int family, struct diag_answer *answer)
{
	int error = ask(fd, family);

	while (!error && !answer->done)
		error = hear(fd, answer);
	return error;
}
