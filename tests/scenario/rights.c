// SPDX-License-Identifier: GPL-2.0
/*
 * Whom the module lets read, and what a descriptor is worth to others.
 *
 * Each question is asked by a child that has become somebody: what it did, and
 * errno of it, is compared.  Run as root with the module loaded.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../module/uapi/tcpstate.h"

#define DEVICE "/dev/" TCPSTATE_DEVICE
#define COUNTERS "/proc/tcpstate"
#define PARAMETERS "/sys/module/tcpstate/parameters/"
#define NOBODY 65534
#define SIZE TCPSTATE_RECORD_SIZE

/* A child that could not become whom it was to be */
#define UNFIT 255

static void must(long result)
{
	if (result < 0) {
		perror("rights");
		_exit(UNFIT);
	}
}

static void put(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY);

	must(fd);
	must(write(fd, text, strlen(text)));
	close(fd);
}

/* Whom a child may become */

static void root(void)
{
}

static void nobody(void)
{
	must(setgid(NOBODY));
	must(setuid(NOBODY));
	/* Else its files in /proc are root's. */
	must(prctl(PR_SET_DUMPABLE, 1));
}

/* Root of a user namespace and of a network namespace, all capabilities there */
static void root_inside(void)
{
	char map[32];

	snprintf(map, sizeof(map), "0 %d 1", geteuid());
	must(unshare(CLONE_NEWUSER | CLONE_NEWNET));
	put("/proc/self/setgroups", "deny");
	put("/proc/self/uid_map", map);
}

static void nobody_inside(void)
{
	nobody();
	root_inside();
}

static void set_capabilities(__u64 set)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = set, .permitted = set },
		{ .effective = set >> 32, .permitted = set >> 32 },
	};

	must(syscall(SYS_capset, &header, data));
}

static void root_without_net_admin(void)
{
	set_capabilities(~(1ULL << CAP_NET_ADMIN) & ((1ULL << 38) - 1));
}

static void nobody_with_net_admin(void)
{
	must(prctl(PR_SET_KEEPCAPS, 1));
	nobody();
	set_capabilities(1ULL << CAP_NET_ADMIN);
}

/* Return: what @act returns in a child that is somebody: errno, or 0. */
static int as(void (*become)(void), int (*act)(int fd), int fd)
{
	const pid_t pid = fork();
	int status;

	if (!pid) {
		become();
		_exit(act(fd));
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), UNFIT);
	return WEXITSTATUS(status);
}

/* What it may do */

static int try_open(const char *path, int flags)
{
	const int fd = open(path, flags | O_NONBLOCK);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int open_device(int fd)
{
	(void)fd;
	return try_open(DEVICE, O_RDONLY);
}

static int open_counters(int fd)
{
	(void)fd;
	return try_open(COUNTERS, O_RDONLY);
}

static int write_parameter(int fd)
{
	const int param = open(PARAMETERS "segments", O_WRONLY);
	int err;

	(void)fd;
	if (param < 0)
		return errno;
	err = write(param, "control\n", 8) < 0 ? errno : 0;
	close(param);
	return err;
}

static int read_parameter(int fd)
{
	(void)fd;
	return try_open(PARAMETERS "segments", O_RDONLY);
}

/* A descriptor's file opened anew: a second place in the stream */
static int open_again(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return try_open(path, O_RDONLY);
}

static void refused_connection(void)
{
	const struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (const void *)&addr, sizeof(addr)), -1);
	close(fd);
}

static __u32 own_netns(void)
{
	struct stat st;

	must(stat("/proc/self/ns/net", &st));
	return st.st_ino;
}

/* Return: 0 if a record of another network namespace comes. */
static int read_of_others(int fd)
{
	union tcpstate_record rec;
	ssize_t size;

	while ((size = read(fd, &rec, sizeof(rec))) == SIZE)
		if (rec.head.kind == TCPSTATE_TRANSITION &&
		    rec.head.netns != own_netns())
			return 0;
	return size < 0 ? errno : ENODATA;
}

static int set_filter(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct tcpstate_filter filter = {
		.insns = (uintptr_t)&nothing,
		.len = 1,
	};

	return ioctl(fd, TCPSTATE_IOC_FILTER, &filter) ? errno : 0;
}

static int get_counters(int fd)
{
	struct tcpstate_counters counters;

	return ioctl(fd, TCPSTATE_IOC_COUNTERS, &counters) ? errno : 0;
}

static int seek(int fd)
{
	return lseek(fd, 0, SEEK_SET) ? errno : 0;
}

/* For the others it is as if the node were everybody's. */
static int open_to_all(void **state)
{
	(void)state;
	return chmod(DEVICE, 0666) || chmod(COUNTERS, 0444);
}

static int as_it_was(void **state)
{
	(void)state;
	return chmod(DEVICE, 0600) || chmod(COUNTERS, 0400);
}

static void the_files_are_roots(void **state)
{
	(void)state;
	assert_int_equal(as(root, open_device, -1), 0);
	assert_int_equal(as(root, open_counters, -1), 0);
	assert_int_equal(as(root, write_parameter, -1), 0);
	assert_int_equal(as(nobody, open_device, -1), EACCES);
	assert_int_equal(as(nobody, open_counters, -1), EACCES);
	assert_int_equal(as(nobody, write_parameter, -1), EACCES);
	assert_int_equal(as(nobody, read_parameter, -1), 0);
	assert_int_equal(as(nobody_inside, open_device, -1), EACCES);
	assert_int_equal(as(nobody_inside, open_counters, -1), EACCES);
	assert_int_equal(as(nobody_inside, write_parameter, -1), EACCES);
}

static void modes_alone_do_not_do(void **state)
{
	(void)state;
	assert_int_equal(as(nobody, open_device, -1), EPERM);
	assert_int_equal(as(nobody, open_counters, -1), EPERM);
	assert_int_equal(as(root_without_net_admin, open_device, -1), EPERM);
	assert_int_equal(as(root_without_net_admin, open_counters, -1), EPERM);
}

static void root_of_a_user_namespace_is_nobody(void **state)
{
	(void)state;
	assert_int_equal(as(nobody_inside, open_device, -1), EPERM);
	assert_int_equal(as(nobody_inside, open_counters, -1), EPERM);
	/* Also where that is the real root, to whom the files belong. */
	assert_int_equal(as(root_inside, open_device, -1), EPERM);
	assert_int_equal(as(root_inside, open_counters, -1), EPERM);
	assert_int_equal(as(root_inside, write_parameter, -1), EPERM);
}

static void the_capability_alone_does_with_the_mode(void **state)
{
	(void)state;
	assert_int_equal(as(nobody_with_net_admin, open_device, -1), 0);
	assert_int_equal(as(nobody_with_net_admin, open_counters, -1), 0);
}

/*
 * What is open was opened by somebody who might: as with any file, it can be
 * handed on, which is how a reader can drop its rights once it has opened.
 */
static void a_descriptor_is_worth_what_its_opener_was(void **state)
{
	const int fd = open(DEVICE, O_RDONLY | O_NONBLOCK);

	(void)state;
	assert_true(fd >= 0);
	refused_connection();
	assert_int_equal(as(nobody_inside, read_of_others, fd), 0);
	assert_int_equal(as(nobody_inside, get_counters, fd), 0);
	assert_int_equal(as(nobody_inside, seek, fd), 0);
	assert_int_equal(as(nobody_inside, read_of_others, fd), 0);
	close(fd);
}

/* It is worth that one stream, and not another. */
static void a_descriptor_opens_nothing_more(void **state)
{
	const int fd = open(DEVICE, O_RDONLY | O_NONBLOCK);

	(void)state;
	assert_int_equal(as(nobody, open_again, fd), EPERM);
	assert_int_equal(as(nobody_inside, open_again, fd), EPERM);
	assert_int_equal(as(root_inside, open_again, fd), EPERM);
	close(fd);
}

/* Place and filter are the open file's: whoever hands it on, hands these on. */
static void a_filter_is_of_that_open_file_only(void **state)
{
	const int fd = open(DEVICE, O_RDONLY | O_NONBLOCK);
	const int other = open(DEVICE, O_RDONLY | O_NONBLOCK);

	(void)state;
	refused_connection();
	assert_int_equal(as(nobody_inside, set_filter, fd), 0);
	assert_int_equal(as(nobody_inside, read_of_others, fd), EAGAIN);
	assert_int_equal(as(nobody_inside, read_of_others, other), 0);
	close(fd);
	close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_files_are_roots),
		cmocka_unit_test_setup_teardown(modes_alone_do_not_do,
						open_to_all, as_it_was),
		cmocka_unit_test_setup_teardown(root_of_a_user_namespace_is_nobody,
						open_to_all, as_it_was),
		cmocka_unit_test_setup_teardown(the_capability_alone_does_with_the_mode,
						open_to_all, as_it_was),
		cmocka_unit_test(a_descriptor_is_worth_what_its_opener_was),
		cmocka_unit_test_setup_teardown(a_descriptor_opens_nothing_more,
						open_to_all, as_it_was),
		cmocka_unit_test(a_filter_is_of_that_open_file_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
