// SPDX-License-Identifier: GPL-2.0
#include "command.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* It must not inherit that we ignore SIGPIPE. */
static int spawn(pid_t *pid, char **argv)
{
	posix_spawnattr_t attr;
	sigset_t defaults;
	int error;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	error = posix_spawnp(pid, argv[0], NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return error;
}

int command_start(struct command *command, char **argv)
{
	int error = spawn(&command->pid, argv);

	if (error) {
		warnx("%s: %s", argv[0], strerror(error));
		return error == ENOENT ? 127 : 126;
	}
	/* glibc 2.36 is the first to have a function for it. */
	command->pidfd = syscall(SYS_pidfd_open, command->pid, 0);
	if (command->pidfd < 0) {
		warn("pidfd_open");
		return 126;
	}
	return 0;
}

int command_wait(struct command *command)
{
	int status;

	while (waitpid(command->pid, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}
