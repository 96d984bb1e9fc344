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

#include "signals.h"

/* It must not inherit that we ignore SIGPIPE, nor what we block for now. */
static int spawn(pid_t *pid, char **argv, const sigset_t *mask)
{
	posix_spawnattr_t attr;
	sigset_t defaults;
	int error;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setsigmask(&attr, mask);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF |
					POSIX_SPAWN_SETSIGMASK);
	error = posix_spawnp(pid, argv[0], NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return error;
}

static int start(struct command *command, char **argv, const sigset_t *mask)
{
	int error = spawn(&command->pid, argv, mask);

	if (error) {
		warnx("%s: %s", argv[0], strerror(error));
		return error == ENOENT ? 127 : 126;
	}
	/* glibc 2.36 is the first to have a function for it. */
	command->pidfd = syscall(SYS_pidfd_open, command->pid, 0);
	if (command->pidfd < 0) {
		warn("%s: cannot be followed: pidfd_open", argv[0]);
		kill(command->pid, SIGKILL);
		command_wait(command);
		return 126;
	}
	signals_pass_on(command->pidfd);
	return 0;
}

/* A signal that comes meanwhile has to wait for whom to pass it on to. */
int command_start(struct command *command, char **argv)
{
	sigset_t all, before;
	int status;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	status = start(command, argv, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
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
