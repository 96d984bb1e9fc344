// SPDX-License-Identifier: GPL-2.0
/*
 * abuse CALLS THREADS SEED: call on /dev/tcpstate, /proc/tcpstate and the module's
 * parameters as nobody should: with bad pointers, sizes, flags, requests and filter
 * programs, on descriptors that others close, replace and share meanwhile.
 *
 * All threads draw from one pool of descriptors, and each is interrupted by signals
 * time and again.  Nothing else may use TCP: the records are those of connections
 * that are refused.  In the end each descriptor, and a new one, must deliver what
 * there is, whole and in order, and account for all records, exactly.
 *
 * Prints how many calls were made and, last of all, "abused".
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../../module/uapi/tcpstate.h"
#include "chance.h"

#define DEVICE "/dev/" TCPSTATE_DEVICE
#define PARAMETERS "/sys/module/tcpstate/parameters/"
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define THREADS_MAX 64
#define POOL 48
#define BUFFER 65536		/* bytes that are there, and none behind them */
#define PATIENCE_MS 3	/* of what waits */

/**
 * struct abuser - one thread
 * @buffer: BUFFER bytes of its own
 * @insns: a program that it makes
 * @over: it has made its calls
 */
struct abuser {
	struct chance chance;
	pthread_t thread;
	unsigned long calls;
	char *buffer;
	struct sock_filter insns[BPF_MAXINSNS + 1];
	int epoll;
	atomic_bool over;
};

static atomic_int pool[POOL];
static char *read_only, *no_access;
static unsigned long calls_each;

#define CALL(abuser, ...) ((abuser)->calls++, syscall(__VA_ARGS__))

static __u64 below(struct abuser *abuser, __u64 limit)
{
	return chance_below(&abuser->chance, limit);
}

static bool one_in(struct abuser *abuser, __u64 odds)
{
	return !below(abuser, odds);
}

/* What no process can have, or this one has not */
static unsigned long bad_pointer(struct abuser *abuser)
{
	const unsigned long bad[] = {
		0, 1, 8, 4095,
		(unsigned long)read_only, (unsigned long)no_access,
		(unsigned long)abuser->buffer + BUFFER,
		(unsigned long)abuser->buffer + BUFFER - below(abuser, 300),
		0x00007fffffffffc0, 0x0000800000000000, 0x8000000000000000,
		0xffff888000000000, 0xffffffff81000000, -4096, -128, -1,
	};

	return CHANCE_OF(&abuser->chance, bad);
}

static unsigned long pointer(struct abuser *abuser)
{
	if (one_in(abuser, 3))
		return bad_pointer(abuser);
	return (unsigned long)abuser->buffer + below(abuser, 32);
}

static unsigned long some_size(struct abuser *abuser)
{
	static const unsigned long sizes[] = {
		0, 1, 16, 31, 32, 127, 128, 129, 255, 256, 1024, 4096, 8191,
		BUFFER, BUFFER + 1, 1 << 20, 0x7fffffff, 0x80000000,
		0xffffffff, 0x7fffffffffffffff, -4096, -1,
	};

	return one_in(abuser, 4) ? below(abuser, 1000) :
				   CHANCE_OF(&abuser->chance, sizes);
}

static unsigned long word(struct abuser *abuser)
{
	switch (below(abuser, 4)) {
	case 0:
		return pointer(abuser);
	case 1:
		return some_size(abuser);
	case 2:
		return below(abuser, 16);
	default:
		return chance_word(&abuser->chance);
	}
}

/* One of the pool, which somebody may be closing; or none at all */
static int descriptor(struct abuser *abuser)
{
	static const int none[] = { -1, 5000, 0x7fffffff, -100 };

	if (one_in(abuser, 30))
		return CHANCE_OF(&abuser->chance, none);
	return pool[below(abuser, POOL)];
}

static void keep(struct abuser *abuser, int fd)
{
	int old;

	if (fd < 0)
		return;
	old = atomic_exchange(&pool[below(abuser, POOL)], fd);
	if (old >= 0)
		CALL(abuser, SYS_close, old);
}

static const char *some_path(struct abuser *abuser, char own[32])
{
	static const char * const others[] = {
		"/proc/tcpstate", PARAMETERS "segments", PARAMETERS "ring_kb",
	};

	if (one_in(abuser, 12))
		return CHANCE_OF(&abuser->chance, others);
	if (!one_in(abuser, 12))
		return DEVICE;
	snprintf(own, 32, "/proc/self/fd/%d", descriptor(abuser));
	return own;
}

static void do_open(struct abuser *abuser)
{
	static const int flags[] = {
		O_NONBLOCK, O_RDWR, O_WRONLY, O_ACCMODE, O_TRUNC, O_APPEND,
		O_DIRECT, O_ASYNC, O_PATH, O_DIRECTORY, O_CREAT, O_NOFOLLOW,
	};
	int with = one_in(abuser, 4) ? 0 : O_NONBLOCK;
	char own[32];

	if (one_in(abuser, 4))
		with |= CHANCE_OF(&abuser->chance, flags);
	keep(abuser, CALL(abuser, SYS_openat, AT_FDCWD,
			  some_path(abuser, own), with, 0600));
}

static void do_close(struct abuser *abuser)
{
	const int fd = atomic_exchange(&pool[below(abuser, POOL)], -1);

	CALL(abuser, SYS_close, fd);
}

static void do_dup(struct abuser *abuser)
{
	const int fd = descriptor(abuser), other = descriptor(abuser);

	/* Also over one that others are using; not over those of stdio. */
	if (one_in(abuser, 2) || other < 3)
		keep(abuser, CALL(abuser, SYS_dup, fd));
	else
		CALL(abuser, SYS_dup3, fd, other, O_CLOEXEC);
}

static void do_read(struct abuser *abuser)
{
	CALL(abuser, SYS_read, descriptor(abuser), pointer(abuser),
	     some_size(abuser));
}

static void do_readv(struct abuser *abuser)
{
	struct iovec pieces[8];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pieces); i++)
		pieces[i] = (struct iovec) {
			.iov_base = (void *)pointer(abuser),
			.iov_len = some_size(abuser),
		};
	CALL(abuser, SYS_preadv2, descriptor(abuser), pieces,
	     below(abuser, ARRAY_SIZE(pieces) + 1), word(abuser), 0,
	     one_in(abuser, 2) ? below(abuser, 64) : 0);
}

static void do_poll(struct abuser *abuser)
{
	const struct timespec patience = {
		.tv_nsec = below(abuser, PATIENCE_MS) * 1000000,
	};
	struct pollfd pollers[8];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pollers); i++)
		pollers[i] = (struct pollfd) {
			.fd = descriptor(abuser),
			.events = chance_word(&abuser->chance),
		};
	CALL(abuser, SYS_ppoll,
	     one_in(abuser, 8) ? bad_pointer(abuser) : (unsigned long)pollers,
	     below(abuser, ARRAY_SIZE(pollers) + 1), &patience, NULL, 0);
}

static void do_epoll(struct abuser *abuser)
{
	struct epoll_event event = { .events = chance_word(&abuser->chance) };

	if (one_in(abuser, 3))
		CALL(abuser, SYS_epoll_wait, abuser->epoll, pointer(abuser), 8,
		     below(abuser, PATIENCE_MS));
	else
		CALL(abuser, SYS_epoll_ctl, abuser->epoll, below(abuser, 5),
		     descriptor(abuser), &event);
}

static void do_seek(struct abuser *abuser)
{
	static const long places[] = { 0, 0, 0, 0, 1, -1, 128, -128,
				       0x7fffffffffffffff, -0x7fffffffffffffff };

	CALL(abuser, SYS_lseek, descriptor(abuser),
	     CHANCE_OF(&abuser->chance, places), below(abuser, 8));
}

static struct sock_filter some_insn(struct abuser *abuser, size_t left)
{
	static const __u16 codes[] = {
		BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_H | BPF_ABS,
		BPF_LD | BPF_B | BPF_ABS, BPF_LD | BPF_W | BPF_IND,
		BPF_LD | BPF_H | BPF_IND, BPF_LD | BPF_B | BPF_IND,
		BPF_LD | BPF_W | BPF_LEN, BPF_LD | BPF_IMM, BPF_LD | BPF_MEM,
		BPF_LDX | BPF_IMM, BPF_LDX | BPF_MEM, BPF_LDX | BPF_W | BPF_LEN,
		BPF_LDX | BPF_B | BPF_MSH, BPF_ST, BPF_STX,
		BPF_ALU | BPF_ADD | BPF_K, BPF_ALU | BPF_DIV | BPF_X,
		BPF_ALU | BPF_MOD | BPF_X, BPF_ALU | BPF_LSH | BPF_X,
		BPF_ALU | BPF_NEG, BPF_JMP | BPF_JA,
		BPF_JMP | BPF_JEQ | BPF_K, BPF_JMP | BPF_JGT | BPF_X,
		BPF_JMP | BPF_JSET | BPF_K, BPF_RET | BPF_K, BPF_RET | BPF_A,
		BPF_MISC | BPF_TAX, BPF_MISC | BPF_TXA,
	};
	static const __u32 operands[] = {
		0, 1, 15, 16, 31, 63, 64, 95, 127, 191, 192, 0x7fffffff,
		SKF_NET_OFF, SKF_LL_OFF, SKF_LL_OFF + 191, -1,
	};
	struct sock_filter insn = {
		.code = CHANCE_OF(&abuser->chance, codes),
		.jt = below(abuser, left < 255 ? left + 1 : 255),
		.jf = below(abuser, left < 255 ? left + 1 : 255),
		.k = CHANCE_OF(&abuser->chance, operands),
	};

	if (one_in(abuser, 8))
		insn.k = SKF_AD_OFF + below(abuser, SKF_AD_MAX + 4);
	if (insn.code == (BPF_JMP | BPF_JA))
		insn.k = below(abuser, left + 1);
	if (one_in(abuser, 200))
		insn.code = chance_word(&abuser->chance);
	return insn;
}

/* Returns its length: most are short. */
static __u32 make_program(struct abuser *abuser)
{
	const size_t most = 1UL << below(abuser, one_in(abuser, 50) ? 13 : 6);
	const size_t len = 1 + below(abuser, most);
	size_t i;

	for (i = 0; i + 1 < len; i++)
		abuser->insns[i] = some_insn(abuser, len - i - 2);
	abuser->insns[i].code = BPF_RET | BPF_K;
	abuser->insns[i].k = below(abuser, 2);
	return len;
}

static void do_filter(struct abuser *abuser)
{
	struct tcpstate_filter filter = {
		.insns = (unsigned long)abuser->insns,
		.len = make_program(abuser),
	};

	if (one_in(abuser, 2))
		filter.kinds = chance_word(&abuser->chance);
	if (one_in(abuser, 8))
		filter.insns = bad_pointer(abuser);
	if (one_in(abuser, 8))
		filter.len = word(abuser);
	if (one_in(abuser, 4))
		filter.len = 0;
	CALL(abuser, SYS_ioctl, descriptor(abuser), TCPSTATE_IOC_FILTER,
	     one_in(abuser, 8) ? bad_pointer(abuser) : (unsigned long)&filter);
}

static void do_counters(struct abuser *abuser)
{
	const int fd = descriptor(abuser);
	struct tcpstate_counters sum;

	if (one_in(abuser, 4)) {
		CALL(abuser, SYS_ioctl, fd, TCPSTATE_IOC_COUNTERS,
		     bad_pointer(abuser));
		return;
	}
	if (!CALL(abuser, SYS_ioctl, fd, TCPSTATE_IOC_COUNTERS, &sum) &&
	    sum.delivered + sum.filtered + sum.lost > sum.recorded)
		errx(EXIT_FAILURE, "more than recorded: %llu + %llu + %llu > %llu",
		     sum.delivered, sum.filtered, sum.lost, sum.recorded);
}

static void do_ioctl(struct abuser *abuser)
{
	static const unsigned int requests[] = {
		TCPSTATE_IOC_FILTER, TCPSTATE_IOC_COUNTERS, FIONBIO, FIOASYNC,
		FIONREAD, FIOCLEX, 0, -1,
	};
	unsigned int request = CHANCE_OF(&abuser->chance, requests);

	/* A bit of its number, type, size or direction is another. */
	if (one_in(abuser, 2))
		request ^= 1U << below(abuser, 32);
	CALL(abuser, SYS_ioctl, descriptor(abuser), request, word(abuser));
}

static bool is_device_mapped(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	bool found = false;
	char line[4096];

	while (maps && fgets(line, sizeof(line), maps))
		if (strstr(line, " " DEVICE))
			found = true;
	if (maps)
		fclose(maps);
	return found;
}

/*
 * Who closes what this one is about to map may have a socket there next: TCP's
 * can be mapped.
 */
static void do_mmap(struct abuser *abuser)
{
	/* More than there is memory for is worth a warning to the kernel. */
	const size_t size = some_size(abuser) % (64 << 20);
	const int sharing = one_in(abuser, 2) ? MAP_SHARED : MAP_PRIVATE;
	const long at = CALL(abuser, SYS_mmap, NULL, size, below(abuser, 8),
			     sharing, descriptor(abuser),
			     one_in(abuser, 2) ? 0 : word(abuser));

	if (at == -1)
		return;
	if (is_device_mapped())
		errx(EXIT_FAILURE, "mapped %zu bytes at %lx", size, at);
	munmap((void *)at, size);
}

static void do_fcntl(struct abuser *abuser)
{
	static const int commands[] = {
		F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_SETFL, F_SETLK,
		F_GETLK, F_OFD_SETLK, F_GETLEASE, F_NOTIFY,
		F_SETPIPE_SZ, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS,
		F_SETOWN, F_GETOWN, F_SET_RW_HINT, F_GET_RW_HINT, 99,
	};
	static const int flags[] = { 0, O_NONBLOCK, O_APPEND, O_ASYNC,
				     O_DIRECT, O_NOATIME };
	const int command = CHANCE_OF(&abuser->chance, commands);
	const int fd = descriptor(abuser);

	if (command == F_SETFL)
		CALL(abuser, SYS_fcntl, fd, command,
		     O_NONBLOCK | CHANCE_OF(&abuser->chance, flags));
	else if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
		keep(abuser, CALL(abuser, SYS_fcntl, fd, command,
				  below(abuser, 100)));
	else
		CALL(abuser, SYS_fcntl, fd, command, word(abuser));
}

/* What takes a descriptor and no harm can come from */
static void do_other(struct abuser *abuser)
{
	static const int others[] = {
		SYS_pread64, SYS_pwrite64, SYS_readv, SYS_writev, SYS_write,
		SYS_fstat, SYS_fsync, SYS_ftruncate, SYS_fallocate,
		SYS_readahead, SYS_fadvise64, SYS_getdents64, SYS_splice,
		SYS_sendfile, SYS_vmsplice, SYS_sync_file_range,
		SYS_fstatfs, SYS_getpeername, SYS_recvfrom,
	};

	CALL(abuser, CHANCE_OF(&abuser->chance, others), descriptor(abuser),
	     word(abuser), word(abuser), word(abuser), word(abuser),
	     word(abuser));
}

/*
 * A line in dmesg from those that are wrong.  "none" has the kernel patch code that
 * others execute, which QEMU does not stand (see scripts/vm): tests/vm/changing.sh.
 */
static void do_parameter(struct abuser *abuser)
{
	static const char * const values[] = {
		"all", "control", "all\n", "control\n", "", "\n", "non",
		"ALL", "1", "all all", "controls", "%s%n", "\xff\x80\n",
	};
	const char *value = CHANCE_OF(&abuser->chance, values);
	const int fd = CALL(abuser, SYS_openat, AT_FDCWD,
			    PARAMETERS "segments", O_RDWR, 0);

	memset(abuser->buffer, 'x', 4096);
	if (one_in(abuser, 4))
		CALL(abuser, SYS_write, fd, pointer(abuser), some_size(abuser));
	else
		CALL(abuser, SYS_write, fd, value, strlen(value));
	CALL(abuser, SYS_close, fd);
}

static void refused_connection(void)
{
	const struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		err(EXIT_FAILURE, "socket");
	/* Interrupted, it goes on by itself: the answer is there at once. */
	connect(fd, (const void *)&addr, sizeof(addr));
	close(fd);
}

static void do_connect(struct abuser *abuser)
{
	(void)abuser;
	refused_connection();
}

static const struct {
	const char *name;
	unsigned int weight;
	void (*run)(struct abuser *abuser);
} acts[] = {
	{ "open", 8, do_open },
	{ "close", 5, do_close },
	{ "dup", 3, do_dup },
	{ "read", 16, do_read },
	{ "readv", 4, do_readv },
	{ "poll", 6, do_poll },
	{ "epoll", 6, do_epoll },
	{ "lseek", 6, do_seek },
	{ "filter", 12, do_filter },
	{ "counters", 6, do_counters },
	{ "ioctl", 6, do_ioctl },
	{ "mmap", 4, do_mmap },
	{ "fcntl", 6, do_fcntl },
	{ "other", 8, do_other },
	{ "connect", 3, do_connect },
};

#define PARAMETER_ODDS 1500

static void act(struct abuser *abuser)
{
	unsigned int i, chosen, total = 0;

	for (i = 0; i < ARRAY_SIZE(acts); i++)
		total += acts[i].weight;
	chosen = below(abuser, total);
	for (i = 0; chosen >= acts[i].weight; i++)
		chosen -= acts[i].weight;
	acts[i].run(abuser);
	if (one_in(abuser, PARAMETER_ODDS))
		do_parameter(abuser);
}

static void *abuse(void *arg)
{
	struct abuser *abuser = arg;

	while (abuser->calls < calls_each)
		act(abuser);
	abuser->over = true;
	return NULL;
}

/* Memory of one page, of which @prot is allowed */
static char *map_page(int prot)
{
	char *page = mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		err(EXIT_FAILURE, "mmap");
	return page;
}

static char *map_buffer(void)
{
	char *buffer = mmap(NULL, BUFFER + 4096, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (buffer == MAP_FAILED || munmap(buffer + BUFFER, 4096))
		err(EXIT_FAILURE, "mmap");
	return buffer;
}

static void begin(struct abuser *abuser, __u64 seed)
{
	abuser->chance.state = seed;
	abuser->buffer = map_buffer();
	abuser->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (abuser->epoll < 0)
		err(EXIT_FAILURE, "epoll");
	errno = pthread_create(&abuser->thread, NULL, abuse, abuser);
	if (errno)
		err(EXIT_FAILURE, "thread");
}

static void on_signal(int sig)
{
	(void)sig;
}

/* Whoever waits is to be interrupted, whatever it is for. */
static void keep_interrupting(const struct abuser *abusers, unsigned long count)
{
	unsigned long i, next = 0;

	for (i = 0; i < count; i++) {
		while (!abusers[i].over) {
			pthread_kill(abusers[next++ % count].thread, SIGUSR1);
			usleep(1000);
		}
	}
}

static unsigned long run(unsigned long count, __u64 seed)
{
	struct abuser *abusers = calloc(count, sizeof(*abusers));
	unsigned long i, calls = 0;

	if (!abusers)
		err(EXIT_FAILURE, "calloc");
	for (i = 0; i < count; i++)
		begin(&abusers[i], seed + i);
	keep_interrupting(abusers, count);
	for (i = 0; i < count; i++) {
		pthread_join(abusers[i].thread, NULL);
		calls += abusers[i].calls;
	}
	free(abusers);
	return calls;
}

static void check_records(const union tcpstate_record *records, size_t count,
			  __u64 *ts)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct tcpstate_head *head = &records[i].head;

		if (!head->kind || head->kind >= TCPSTATE_SOCKET)
			errx(EXIT_FAILURE, "kind %u", head->kind);
		if (head->kind != TCPSTATE_START && head->ts < *ts)
			errx(EXIT_FAILURE, "goes back in time");
		if (head->kind != TCPSTATE_START)
			*ts = head->ts;
	}
}

/* Returns how many records were left. */
static unsigned long drain(int fd)
{
	union tcpstate_record records[64];
	unsigned long count = 0;
	__u64 ts = 0;
	ssize_t size;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while ((size = read(fd, records, sizeof(records))) > 0) {
		if (size % TCPSTATE_RECORD_SIZE)
			errx(EXIT_FAILURE, "read %zd bytes", size);
		check_records(records, size / TCPSTATE_RECORD_SIZE, &ts);
		count += size / TCPSTATE_RECORD_SIZE;
	}
	if (errno != EAGAIN)
		err(EXIT_FAILURE, "read");
	return count;
}

static void expect_all_accounted(int fd)
{
	struct tcpstate_counters sum;

	if (ioctl(fd, TCPSTATE_IOC_COUNTERS, &sum))
		err(EXIT_FAILURE, "counters");
	if (sum.delivered + sum.filtered + sum.lost != sum.recorded)
		errx(EXIT_FAILURE, "recorded %llu, but %llu + %llu + %llu",
		     sum.recorded, sum.delivered, sum.filtered, sum.lost);
}

/* Whatever was done to it: is it the device, and open for reading? */
static bool is_readable_device(int fd)
{
	const int flags = fcntl(fd, F_GETFL);
	struct tcpstate_counters sum;

	return flags >= 0 && !(flags & (O_PATH | O_WRONLY)) &&
	       !ioctl(fd, TCPSTATE_IOC_COUNTERS, &sum);
}

static unsigned int check_descriptors(void)
{
	const int end = sysconf(_SC_OPEN_MAX);
	unsigned int count = 0;
	int fd;

	for (fd = 3; fd < end; fd++) {
		if (!is_readable_device(fd))
			continue;
		drain(fd);
		expect_all_accounted(fd);
		count++;
	}
	return count;
}

/* One that comes now gets what is recorded now. */
static void check_delivery(void)
{
	const int fd = open(DEVICE, O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		err(EXIT_FAILURE, DEVICE);
	drain(fd);
	refused_connection();
	/* CLOSED -> SYN_SENT -> CLOSED */
	if (drain(fd) < 2)
		errx(EXIT_FAILURE, "a connection was not recorded");
	expect_all_accounted(fd);
	close(fd);
}

static void prepare(void)
{
	const struct sigaction action = { .sa_handler = on_signal };
	size_t i;

	sigaction(SIGUSR1, &action, NULL);
	signal(SIGIO, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	read_only = map_page(PROT_READ);
	no_access = map_page(PROT_NONE);
	for (i = 0; i < POOL; i++)
		pool[i] = -1;
}

int main(int argc, char *argv[])
{
	const unsigned long calls = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	const unsigned long threads = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	unsigned long made;

	if (argc != 4 || !threads || threads > THREADS_MAX)
		errx(EXIT_FAILURE, "abuse CALLS THREADS (1 to %d) SEED",
		     THREADS_MAX);
	prepare();
	calls_each = calls / threads;
	made = run(threads, strtoull(argv[3], NULL, 0));
	printf("%lu calls, %u descriptors\n", made, check_descriptors());
	check_delivery();
	puts("abused");
	return 0;
}
