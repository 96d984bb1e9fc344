// SPDX-License-Identifier: GPL-2.0
/* holders: whose socket it is, of processes with any name. */
#include "cmocka_test.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holders.h"

/* As long as one may be, with line ends */
#define NAME "a\n)\x1b[31m b\xff\n\n\n\n"

static int open_socket(__u32 *inode)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct stat stat;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &stat), 0);
	*inode = stat.st_ino;
	return fd;
}

/* A process that has just this socket, and has its name already */
static pid_t hold(int fd)
{
	int ready[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, NAME);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	/* Both ends of the other one are closed then. */
	assert_int_equal(read(ready[0], &byte, 1), 0);
	close(ready[0]);
	close(fd);
	return pid;
}

static void finds_one_of_each(void **state)
{
	struct holder holders[3] = { { .inode = 1 } };
	__u32 mine, theirs;
	int fd = open_socket(&mine);
	pid_t pid = hold(open_socket(&theirs));
	pid_t holder;

	(void)state;
	holders[1].inode = mine < theirs ? mine : theirs;
	holders[2].inode = mine < theirs ? theirs : mine;
	holders_find(holders, 3);
	assert_int_equal(holders[0].task.pid, 0);
	assert_int_equal(holders_get(holders, 3, theirs)->task.pid, pid);
	assert_string_equal(holders_get(holders, 3, theirs)->task.comm, NAME);
	/* The child has it, too, and may come first in /proc. */
	holder = holders_get(holders, 3, mine)->task.pid;
	assert_true(holder == getpid() || holder == pid);
	assert_null(holders_get(holders, 3, 2));
	assert_null(holders_get(holders, 0, mine));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_one_of_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
