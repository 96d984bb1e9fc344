// SPDX-License-Identifier: GPL-2.0
/*
 * What module/device.h promises of /dev/tcpstate, one test a promise.
 * Run as root with the module loaded and nothing else that uses TCP.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../module/uapi/tcpstate.h"

#define DEVICE "/dev/" TCPSTATE_DEVICE
#define SIZE TCPSTATE_RECORD_SIZE

static void connect_in_vain(const struct sockaddr *addr, socklen_t len)
{
	const int fd = socket(addr->sa_family, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, addr, len), -1);
	assert_int_equal(errno, ECONNREFUSED);
	close(fd);
}

/* A connection to a port where nobody listens: two transitions at least. */
static void make_records(void)
{
	const struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	connect_in_vain((const void *)&addr, sizeof(addr));
}

static void make_ipv6_records(void)
{
	const struct sockaddr_in6 addr = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(1),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};

	connect_in_vain((const void *)&addr, sizeof(addr));
}

/*
 * A connection that is accepted, and reset, so that nothing of it is left for
 * TIME_WAIT.
 */
static void make_connection(void)
{
	const struct linger linger = { .l_onoff = 1 };
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int listener = socket(AF_INET, SOCK_STREAM, 0);
	const int client = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(addr);
	char byte;
	int server;

	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (void *)&addr, &len), 0);
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(client, (const void *)&addr, len), 0);
	server = accept(listener, NULL, NULL);
	assert_true(server >= 0);
	setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(client);
	/* Else the server may close before the reset has come. */
	assert_int_equal(read(server, &byte, 1), -1);
	assert_int_equal(errno, ECONNRESET);
	close(server);
	close(listener);
}

static int open_device(int flags)
{
	const int fd = open(DEVICE, O_RDONLY | flags);

	assert_true(fd >= 0);
	return fd;
}

static int open_at_end(int flags)
{
	const int fd = open_device(flags);
	union tcpstate_record start;

	assert_int_equal(read(fd, &start, sizeof(start)), SIZE);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	return fd;
}

/* Return: records read until there are no more; all of them in @recs. */
static int drain(int fd, union tcpstate_record *recs, int max)
{
	ssize_t size;
	int nr = 0;

	while (nr < max) {
		size = read(fd, recs + nr, (max - nr) * (size_t)SIZE);
		if (size < 0 && errno == EAGAIN)
			break;
		assert_true(size > 0);
		assert_int_equal(size % SIZE, 0);
		nr += size / SIZE;
	}
	return nr;
}

static void assert_zero(const void *bytes, size_t len)
{
	static const char zero[TCPSTATE_RECORD_SIZE];

	assert_memory_equal(bytes, zero, len);
}

#define assert_all_zero(member) assert_zero(&(member), sizeof(member))

static void begins_with_a_start_record(void **state)
{
	const int fd = open_device(0);
	union tcpstate_record rec;

	(void)state;
	assert_int_equal(read(fd, &rec, sizeof(rec)), SIZE);
	assert_int_equal(rec.start.kind, TCPSTATE_START);
	assert_true(rec.start.magic == TCPSTATE_MAGIC);
	assert_int_equal(rec.start.version, TCPSTATE_ABI_VERSION);
	assert_int_equal(rec.start.record_size, SIZE);
	assert_int_equal(rec.start.cpus, sysconf(_SC_NPROCESSORS_CONF));
	assert_int_equal(rec.start.segments, TCPSTATE_SEGMENTS_CONTROL);
	assert_true(rec.start.ring_kb > 0);
	assert_int_equal(rec.start.missing, 0);
	assert_int_equal(rec.start.flags, 0);
	assert_all_zero(rec.start.reserved);
	assert_all_zero(rec.start.reserved2);
	close(fd);
}

static void the_clock_offset_gives_wall_time(void **state)
{
	const int fd = open_device(0);
	union tcpstate_record rec;
	struct timespec now;

	(void)state;
	assert_int_equal(read(fd, &rec, sizeof(rec)), SIZE);
	clock_gettime(CLOCK_REALTIME, &now);
	assert_in_range((rec.start.ts + rec.start.realtime) / 1000000000ULL,
			now.tv_sec - 5, now.tv_sec);
	close(fd);
}

static void refuses_a_buffer_too_small(void **state)
{
	const int fd = open_device(O_NONBLOCK);
	char buf[SIZE];

	(void)state;
	assert_int_equal(read(fd, buf, SIZE - 1), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(read(fd, buf, 0), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(read(fd, buf, SIZE), SIZE);	/* and lost nothing */
	close(fd);
}

static void gives_whole_records_only(void **state)
{
	const int fd = open_at_end(O_NONBLOCK);
	char buf[3 * SIZE - 1];

	(void)state;
	make_records();
	assert_int_equal(read(fd, buf, sizeof(buf)), 2 * SIZE);
	close(fd);
}

static void does_not_block_if_told_so(void **state)
{
	const int fd = open_at_end(O_NONBLOCK);
	char buf[SIZE];

	(void)state;
	assert_int_equal(read(fd, buf, sizeof(buf)), -1);
	assert_int_equal(errno, EAGAIN);
	close(fd);
}

static void *make_records_soon(void *arg)
{
	usleep(200000);
	make_records();
	return arg;
}

static void blocks_till_there_is_a_record(void **state)
{
	const int fd = open_at_end(0);
	union tcpstate_record rec;
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, make_records_soon, NULL);
	assert_int_equal(read(fd, &rec, sizeof(rec)), SIZE);
	assert_int_equal(rec.head.kind, TCPSTATE_TRANSITION);
	assert_int_equal(rec.transition.new_state, TCPSTATE_SYN_SENT);
	pthread_join(thread, NULL);
	close(fd);
}

static void polls(void **state)
{
	struct pollfd poller = { .fd = open_device(0), .events = POLLIN };
	union tcpstate_record rec;
	pthread_t thread;

	(void)state;
	assert_int_equal(poll(&poller, 1, 0), 1);	/* the start record */
	assert_int_equal(read(poller.fd, &rec, sizeof(rec)), SIZE);
	lseek(poller.fd, 0, SEEK_END);
	assert_int_equal(poll(&poller, 1, 0), 0);
	assert_int_equal(poll(&poller, 1, 100), 0);
	pthread_create(&thread, NULL, make_records_soon, NULL);
	assert_int_equal(poll(&poller, 1, 30000), 1);
	assert_int_equal(poller.revents, POLLIN);
	assert_int_equal(read(poller.fd, &rec, sizeof(rec)), SIZE);
	pthread_join(thread, NULL);
	close(poller.fd);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static void set_alarm(int flags)
{
	const struct sigaction action = {
		.sa_handler = on_alarm,
		.sa_flags = flags,
	};

	alarms = 0;
	sigaction(SIGALRM, &action, NULL);
	/* Again and again: the first may come before the caller sleeps. */
	ualarm(100000, 100000);
}

static void a_signal_interrupts(void **state)
{
	const int fd = open_at_end(0);
	char buf[SIZE];

	(void)state;
	set_alarm(0);
	assert_int_equal(read(fd, buf, sizeof(buf)), -1);
	assert_int_equal(errno, EINTR);
	ualarm(0, 0);
	close(fd);
}

static void a_signal_restarts_if_asked_to(void **state)
{
	const int fd = open_at_end(0);
	union tcpstate_record rec;
	pthread_t thread;

	(void)state;
	set_alarm(SA_RESTART);
	pthread_create(&thread, NULL, make_records_soon, NULL);
	assert_int_equal(read(fd, &rec, sizeof(rec)), SIZE);
	ualarm(0, 0);
	assert_true(alarms > 0);
	pthread_join(thread, NULL);
	close(fd);
}

static void each_open_has_its_own_place(void **state)
{
	union tcpstate_record one[64], two[64];
	const int fd1 = open_at_end(O_NONBLOCK);
	const int fd2 = open_at_end(O_NONBLOCK);
	int nr;

	(void)state;
	make_records();
	nr = drain(fd1, one, 64);
	assert_true(nr >= 2);
	assert_int_equal(drain(fd2, two, 64), nr);
	assert_memory_equal(one, two, nr * (size_t)SIZE);
	close(fd1);
	close(fd2);
}

static void a_late_open_gets_the_oldest_kept(void **state)
{
	union tcpstate_record recs[2];
	int fd;

	(void)state;
	make_records();
	fd = open_device(0);
	assert_int_equal(read(fd, recs, sizeof(recs)), 2 * SIZE);
	/* Nothing is overwritten yet in this run: number 0 is there. */
	assert_int_equal(recs[1].head.seq, 0);
	assert_int_not_equal(recs[1].head.kind, TCPSTATE_LOST);
	close(fd);
}

static void seeks_to_the_start(void **state)
{
	static union tcpstate_record once[4096], again[4096];
	const int fd = open_device(O_NONBLOCK);
	int nr;

	(void)state;
	nr = drain(fd, once, 4096);
	assert_true(nr > 2);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(drain(fd, again, 4096), nr);
	assert_int_equal(again[0].start.kind, TCPSTATE_START);
	assert_memory_equal(&once[1], &again[1], (nr - 1) * (size_t)SIZE);
	close(fd);
}

static void seeks_to_the_end(void **state)
{
	const int fd = open_device(O_NONBLOCK);
	union tcpstate_record recs[64];
	int nr;

	(void)state;
	make_records();
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	nr = drain(fd, recs, 64);
	assert_int_equal(nr, 1);
	assert_int_equal(recs[0].start.kind, TCPSTATE_START);
	make_records();
	nr = drain(fd, recs, 64);
	assert_true(nr >= 2);
	assert_int_equal(recs[0].transition.new_state, TCPSTATE_SYN_SENT);
	close(fd);
}

static void seeks_nowhere_else(void **state)
{
	const int fd = open_device(O_NONBLOCK);

	(void)state;
	assert_int_equal(lseek(fd, 1, SEEK_SET), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(lseek(fd, -SIZE, SEEK_END), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), -1);
	assert_int_equal(errno, EINVAL);
	close(fd);
}

/* What is not filled in, by the flags, and what is reserved */
static void check_transition(const struct tcpstate_transition *edge)
{
	assert_int_equal(edge->reserved, 0);
	if (!(edge->head.flags & TCPSTATE_F_FULL)) {
		assert_int_equal(edge->srtt_us, 0);
		assert_int_equal(edge->cwnd, 0);
		assert_int_equal(edge->sk_err, 0);
		assert_all_zero(edge->reserved2);
	}
	if (edge->head.flags & TCPSTATE_F_REQ) {
		assert_int_equal(edge->old_state, TCPSTATE_LISTEN);
		assert_int_equal(edge->new_state, TCPSTATE_SYN_RCVD);
		assert_true(edge->listener != 0);
	}
	assert_int_not_equal(edge->cause, TCPSTATE_CAUSE_UNKNOWN);
}

static void check_note(const struct tcpstate_note *note)
{
	assert_int_equal(note->what, TCPSTATE_ACCEPTED);
	assert_int_equal(note->detail, TCPSTATE_DETAIL_NONE);
	assert_true(note->head.flags & TCPSTATE_F_TASK);
	assert_all_zero(note->reserved);
}

static void check_segment(const struct tcpstate_segment *segment)
{
	assert_true(segment->opt_len <= TCPSTATE_OPT_LEN);
	assert_zero(segment->opt + segment->opt_len,
		    TCPSTATE_OPT_LEN - segment->opt_len);
}

static void check_record(const union tcpstate_record *rec)
{
	/* The task is at the same place in all three. */
	if (rec->head.flags & TCPSTATE_F_TASK)
		assert_int_equal(rec->transition.task.pid, getpid());
	else
		assert_all_zero(rec->transition.task);
	assert_int_equal(rec->head.flags &
			 ~(TCPSTATE_F_TASK | TCPSTATE_F_OUT | TCPSTATE_F_FULL |
			   TCPSTATE_F_REQ), 0);
	switch (rec->head.kind) {
	case TCPSTATE_TRANSITION:
		check_transition(&rec->transition);
		break;
	case TCPSTATE_SEGMENT:
		check_segment(&rec->segment);
		break;
	case TCPSTATE_NOTE:
		check_note(&rec->note);
		break;
	default:
		fail_msg("a record of kind %d", rec->head.kind);
	}
}

static void fills_records_in_as_the_abi_says(void **state)
{
	const int fd = open_at_end(O_NONBLOCK);
	int i, nr, count[TCPSTATE_SOCKET + 1] = { 0 };
	union tcpstate_record recs[64];

	(void)state;
	make_connection();
	nr = drain(fd, recs, 64);
	for (i = 0; i < nr; i++) {
		check_record(&recs[i]);
		count[recs[i].head.kind]++;
	}
	/* Three edges of either end, two of the listener; SYN, SYN-ACK, ACK, RST */
	assert_int_equal(count[TCPSTATE_TRANSITION], 8);
	assert_int_equal(count[TCPSTATE_SEGMENT], 8);
	assert_int_equal(count[TCPSTATE_NOTE], 1);
	close(fd);
}

static void a_bad_buffer_loses_nothing(void **state)
{
	char *page = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const int fd = open_at_end(O_NONBLOCK);
	union tcpstate_record recs[64];

	(void)state;
	munmap(page + 4096, 4096);
	make_records();
	assert_int_equal(read(fd, page + 4096, 4 * SIZE), -1);
	assert_int_equal(errno, EFAULT);
	/* One and a half records before the page ends. */
	assert_int_equal(read(fd, page + 4096 - 192, 4 * SIZE), SIZE);
	memcpy(recs, page + 4096 - 192, SIZE);
	assert_true(drain(fd, recs + 1, 63) >= 1);
	assert_int_equal(recs[0].transition.new_state, TCPSTATE_SYN_SENT);
	assert_int_equal(recs[1].head.kind, TCPSTATE_SEGMENT);
	munmap(page, 4096);
	close(fd);
}

static void offers_nothing_else(void **state)
{
	const int fd = open(DEVICE, O_RDWR | O_NONBLOCK);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(ioctl(fd, 0x5401), -1);
	assert_int_equal(errno, ENOTTY);
	assert_ptr_equal(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0),
			 MAP_FAILED);
	assert_int_equal(errno, ENODEV);
	close(fd);
}

static int set_filter(int fd, const struct sock_filter *insns, __u32 len,
		      __u32 kinds)
{
	const struct tcpstate_filter filter = {
		.insns = (uintptr_t)insns,
		.len = len,
		.kinds = kinds,
	};

	return ioctl(fd, TCPSTATE_IOC_FILTER, &filter);
}

/* What passes: a byte of the image, by module/image.h, that is so. */
#define PASS_IF(at, value) {						\
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, at),				\
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),		\
	BPF_STMT(BPF_RET | BPF_K, 1),					\
	BPF_STMT(BPF_RET | BPF_K, 0),					\
}

#define KIND_AT (64 + offsetof(struct tcpstate_head, kind))

static struct tcpstate_counters get_counters(int fd)
{
	struct tcpstate_counters counters;

	assert_int_equal(ioctl(fd, TCPSTATE_IOC_COUNTERS, &counters), 0);
	return counters;
}

static void assert_accounted(int fd)
{
	const struct tcpstate_counters counters = get_counters(fd);

	assert_int_equal(counters.recorded, counters.delivered +
			 counters.filtered + counters.lost);
}

static void delivers_the_kinds_asked_for(void **state)
{
	const int fd = open_at_end(O_NONBLOCK), all = open_at_end(O_NONBLOCK);
	union tcpstate_record recs[64], some[64];
	struct tcpstate_counters counters;
	int i, nr, edges = 0;

	(void)state;
	assert_int_equal(set_filter(fd, NULL, 0, 1 << TCPSTATE_TRANSITION), 0);
	counters = get_counters(fd);
	make_connection();
	nr = drain(all, recs, 64);
	assert_int_equal(drain(fd, some, 64), 8);
	for (i = 0; i < nr; i++)
		if (recs[i].head.kind == TCPSTATE_TRANSITION)
			assert_memory_equal(&recs[i], &some[edges++], SIZE);
	assert_int_equal(get_counters(fd).delivered - counters.delivered, 8);
	assert_int_equal(get_counters(fd).filtered - counters.filtered, nr - 8);
	assert_accounted(fd);
	assert_accounted(all);
	close(fd);
	close(all);
}

static void delivers_what_a_program_passes(void **state)
{
	static const struct sock_filter segments[] =
		PASS_IF(KIND_AT, TCPSTATE_SEGMENT);
	const int fd = open_at_end(O_NONBLOCK);
	union tcpstate_record recs[64];
	int i;

	(void)state;
	assert_int_equal(set_filter(fd, segments, 4, 0), 0);
	make_connection();
	assert_int_equal(drain(fd, recs, 64), 8);
	for (i = 0; i < 8; i++)
		assert_int_equal(recs[i].head.kind, TCPSTATE_SEGMENT);
	assert_accounted(fd);
	/* Both at once: there is nothing that is both. */
	assert_int_equal(set_filter(fd, segments, 4, 1 << TCPSTATE_NOTE), 0);
	make_connection();
	assert_int_equal(drain(fd, recs, 64), 0);
	assert_accounted(fd);
	assert_int_equal(set_filter(fd, NULL, 0, 0), 0);
	make_connection();
	assert_int_equal(drain(fd, recs, 64), 17);
	assert_accounted(fd);
	close(fd);
}

static void assert_protocol(int fd, __u32 protocol, bool ipv4)
{
	/* Not of the image: loaded whole, whatever the load's size. */
	const struct sock_filter insns[] =
		PASS_IF(SKF_AD_OFF + SKF_AD_PROTOCOL, protocol);
	union tcpstate_record recs[64];

	assert_int_equal(set_filter(fd, insns, 4, 0), 0);
	make_records();
	assert_int_equal(drain(fd, recs, 64) > 0, ipv4);
	make_ipv6_records();
	assert_int_equal(drain(fd, recs, 64) > 0, !ipv4);
}

static void a_program_may_ask_for_the_protocol(void **state)
{
	const int fd = open_at_end(O_NONBLOCK);

	(void)state;
	assert_protocol(fd, ETH_P_IP, true);
	assert_protocol(fd, ETH_P_IPV6, false);
	assert_accounted(fd);
	close(fd);
}

static void a_filter_is_for_what_was_there_too(void **state)
{
	static const struct sock_filter nothing[] = PASS_IF(KIND_AT, 77);
	const int fd = open_device(O_NONBLOCK);
	union tcpstate_record recs[64];

	(void)state;
	make_records();
	/* The start record, and one behind which another is at hand */
	assert_int_equal(read(fd, recs, 2 * SIZE), 2 * SIZE);
	assert_int_equal(set_filter(fd, nothing, 4, 0), 0);
	assert_int_equal(drain(fd, recs, 64), 0);
	assert_int_equal(get_counters(fd).delivered, 1);
	assert_accounted(fd);
	/* A start record is not filtered. */
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(get_counters(fd).filtered, 0);
	assert_int_equal(drain(fd, recs, 64), 1);
	assert_int_equal(recs[0].start.kind, TCPSTATE_START);
	assert_int_equal(get_counters(fd).delivered, 0);
	assert_accounted(fd);
	close(fd);
}

static void counts_what_is_passed_over(void **state)
{
	const int fd = open_device(O_NONBLOCK);

	(void)state;
	make_records();
	assert_true(get_counters(fd).recorded > 0);
	assert_int_equal(get_counters(fd).filtered, 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	assert_int_equal(get_counters(fd).delivered, 0);
	assert_accounted(fd);
	close(fd);
}

static void refuses_a_wrong_filter(void **state)
{
	static const struct sock_filter notes[] =
		PASS_IF(KIND_AT, TCPSTATE_NOTE);
	static const struct sock_filter endless[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
	};
	static const struct sock_filter unknown[] = {
		BPF_STMT(0xffff, 0), BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const int fd = open_at_end(O_NONBLOCK);
	union tcpstate_record recs[64];

	(void)state;
	assert_int_equal(set_filter(fd, notes, 4, 0), 0);
	assert_int_equal(set_filter(fd, endless, 1, 0), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(set_filter(fd, unknown, 2, 0), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(set_filter(fd, notes, BPF_MAXINSNS + 1, 0), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(set_filter(fd, notes, 65536 + 4, 0), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(set_filter(fd, NULL, 4, 0), -1);
	assert_true(errno == EINVAL || errno == EFAULT);
	assert_int_equal(set_filter(fd, (void *)8, 4, 0), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(ioctl(fd, TCPSTATE_IOC_FILTER, 8), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(ioctl(fd, TCPSTATE_IOC_COUNTERS, 8), -1);
	assert_int_equal(errno, EFAULT);
	/* The one there was is still there. */
	make_connection();
	assert_int_equal(drain(fd, recs, 64), 1);
	assert_int_equal(recs[0].head.kind, TCPSTATE_NOTE);
	close(fd);
}

/* Whatever a program loads, nothing is logged: scripts/vm sees to that. */
static void load_strangely(int fd, __u16 size, __u32 at)
{
	const struct sock_filter insns[] = {
		BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_IMM, 1),
		BPF_STMT(BPF_LD | size | BPF_ABS, at),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	union tcpstate_record recs[64];

	if (set_filter(fd, insns, 4, 0)) {
		assert_int_equal(errno, EINVAL);
		return;
	}
	make_records();
	drain(fd, recs, 64);
	assert_accounted(fd);
}

static void survives_strange_programs(void **state)
{
	static const __u32 places[] = {
		0, 191, 192, 65536, INT32_MAX,
		SKF_NET_OFF, SKF_NET_OFF + 191, SKF_NET_OFF + 192,
		SKF_LL_OFF, SKF_LL_OFF + 191, SKF_LL_OFF + 192,
		SKF_LL_OFF - 1, 0x80000000U, -1, 1,
	};
	const int fd = open_at_end(O_NONBLOCK);
	size_t i;

	(void)state;
	for (i = 0; i < SKF_AD_MAX; i += 4)
		load_strangely(fd, BPF_W, SKF_AD_OFF + i);
	for (i = 0; places[i] != 1; i++) {
		load_strangely(fd, BPF_B, places[i]);
		load_strangely(fd, BPF_H, places[i]);
		load_strangely(fd, BPF_W, places[i]);
	}
	close(fd);
}

/* How often this thread has gone to sleep */
static long sleeps(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_THREAD, &usage), 0);
	return usage.ru_nvcsw;
}

/* One that wants nothing must not be kept busy by what others record. */
static void what_is_not_wanted_wakes_nobody_for_long(void **state)
{
	static const struct sock_filter nothing[] = PASS_IF(KIND_AT, 77);
	struct pollfd poller = { .fd = open_at_end(0), .events = POLLIN };
	pthread_t thread;
	long before;

	(void)state;
	assert_int_equal(set_filter(poller.fd, nothing, 4, 0), 0);
	before = sleeps();
	pthread_create(&thread, NULL, make_records_soon, NULL);
	assert_int_equal(poll(&poller, 1, 2000), 0);
	/* The end, and what make_records() makes within a few times 4 ms */
	assert_in_range(sleeps() - before, 1, 20);
	pthread_join(thread, NULL);
	close(poller.fd);
}

static void an_idle_reader_sleeps_on(void **state)
{
	struct pollfd poller = { .fd = open_at_end(0), .events = POLLIN };
	const long before = sleeps();

	(void)state;
	assert_int_equal(poll(&poller, 1, 3000), 0);
	assert_int_equal(sleeps() - before, 1);
	close(poller.fd);
}

/* Waits for its own stream, as the only one, if that were for it to say, for good. */
static void wait_exclusively(int tell)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	const int fd = open(DEVICE, O_RDONLY | O_NONBLOCK);
	const int poller = epoll_create1(0);
	char buf[64 * SIZE];

	if (read(fd, buf, SIZE) != SIZE || lseek(fd, 0, SEEK_END) ||
	    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event))
		_exit(1);
	while (write(tell, "", 1) == 1 && epoll_wait(poller, &event, 1, -1) == 1)
		while (read(fd, buf, sizeof(buf)) > 0)
			;
	_exit(1);
}

static bool sleeps_in_epoll(pid_t pid)
{
	char path[32];
	long nr = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	file = fopen(path, "r");
	assert_non_null(file);
	/* Or else "running" */
	if (fscanf(file, "%ld", &nr) != 1)
		nr = -1;
	fclose(file);
	return nr == SYS_epoll_wait;
}

/* As each has a stream of its own: else the second sleeps as long as the first waits. */
static void wakes_all_that_wait_exclusively(void **state)
{
	struct pollfd told[2];
	int pipes[2], i;
	pid_t pid[2];
	char byte;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(pipe(pipes), 0);
		pid[i] = fork();
		if (!pid[i])
			wait_exclusively(pipes[1]);
		close(pipes[1]);
		told[i] = (struct pollfd){ .fd = pipes[0], .events = POLLIN };
		assert_int_equal(read(told[i].fd, &byte, 1), 1);
		while (!sleeps_in_epoll(pid[i]))
			usleep(10000);
	}
	make_records();
	for (i = 0; i < 2; i++) {
		assert_int_equal(poll(&told[i], 1, 10000), 1);
		assert_int_equal(told[i].revents, POLLIN);
	}
	for (i = 0; i < 2; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
		close(told[i].fd);
	}
}

/* Return: errno of opening the device as nobody, 0 if it opened. */
static int open_as_nobody(void)
{
	int status;
	const pid_t pid = fork();

	if (!pid) {
		if (setgid(65534) || setuid(65534))
			_exit(255);
		_exit(open(DEVICE, O_RDONLY) < 0 ? errno : 0);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void is_for_net_admin(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(DEVICE, &st), 0);
	assert_int_equal(st.st_mode, S_IFCHR | 0600);
	assert_int_equal(st.st_uid, 0);
	assert_int_equal(open_as_nobody(), EACCES);
	assert_int_equal(chmod(DEVICE, 0666), 0);
	assert_int_equal(open_as_nobody(), EPERM);
	assert_int_equal(chmod(DEVICE, 0600), 0);
}

/* Two processes on one open file: each record goes to one of them. */
static void a_shared_file_is_read_once(void **state)
{
	const int fd = open_at_end(O_NONBLOCK), other = open_at_end(O_NONBLOCK);
	static union tcpstate_record mine[1024], all[1024];
	int nr, status, i;
	pid_t pid;

	(void)state;
	for (i = 0; i < 20; i++)
		make_records();
	pid = fork();
	nr = drain(fd, mine, 1024);
	if (!pid)
		_exit(nr);
	waitpid(pid, &status, 0);
	assert_int_equal(nr + WEXITSTATUS(status), drain(other, all, 1024));
	close(fd);
	close(other);
}

static void a_reader_killed_lets_go(void **state)
{
	const pid_t pid = fork();
	int status;

	(void)state;
	if (!pid) {
		union tcpstate_record rec;
		const int fd = open(DEVICE, O_RDONLY);

		while (read(fd, &rec, sizeof(rec)) > 0)
			;
		_exit(1);
	}
	usleep(300000);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status));
}

/* The kernel's word for it is EWOULDBLOCK; rmmod prints "in use". */
static void rmmod_is_refused_while_open(void **state)
{
	const int fd = open_at_end(O_NONBLOCK);
	union tcpstate_record recs[64];

	(void)state;
	assert_int_equal(syscall(SYS_delete_module, "tcpstate", O_NONBLOCK),
			 -1);
	assert_true(errno == EWOULDBLOCK || errno == EBUSY);
	make_records();
	assert_true(drain(fd, recs, 64) >= 2);
	close(fd);
}

static void rmmod_works_when_closed(void **state)
{
	(void)state;
	assert_int_equal(syscall(SYS_delete_module, "tcpstate", O_NONBLOCK), 0);
	assert_int_equal(open(DEVICE, O_RDONLY), -1);
	assert_int_equal(errno, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_with_a_start_record),
		cmocka_unit_test(the_clock_offset_gives_wall_time),
		cmocka_unit_test(refuses_a_buffer_too_small),
		cmocka_unit_test(gives_whole_records_only),
		cmocka_unit_test(does_not_block_if_told_so),
		cmocka_unit_test(blocks_till_there_is_a_record),
		cmocka_unit_test(polls),
		cmocka_unit_test(a_signal_interrupts),
		cmocka_unit_test(a_signal_restarts_if_asked_to),
		cmocka_unit_test(each_open_has_its_own_place),
		cmocka_unit_test(a_late_open_gets_the_oldest_kept),
		cmocka_unit_test(seeks_to_the_start),
		cmocka_unit_test(seeks_to_the_end),
		cmocka_unit_test(seeks_nowhere_else),
		cmocka_unit_test(fills_records_in_as_the_abi_says),
		cmocka_unit_test(a_bad_buffer_loses_nothing),
		cmocka_unit_test(delivers_the_kinds_asked_for),
		cmocka_unit_test(delivers_what_a_program_passes),
		cmocka_unit_test(a_program_may_ask_for_the_protocol),
		cmocka_unit_test(a_filter_is_for_what_was_there_too),
		cmocka_unit_test(counts_what_is_passed_over),
		cmocka_unit_test(refuses_a_wrong_filter),
		cmocka_unit_test(survives_strange_programs),
		cmocka_unit_test(what_is_not_wanted_wakes_nobody_for_long),
		cmocka_unit_test(an_idle_reader_sleeps_on),
		cmocka_unit_test(wakes_all_that_wait_exclusively),
		cmocka_unit_test(offers_nothing_else),
		cmocka_unit_test(is_for_net_admin),
		cmocka_unit_test(a_shared_file_is_read_once),
		cmocka_unit_test(a_reader_killed_lets_go),
		cmocka_unit_test(rmmod_is_refused_while_open),
		cmocka_unit_test(rmmod_works_when_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
