// SPDX-License-Identifier: GPL-2.0
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int pipe_ends[2];

static void caught(int sig, siginfo_t *info, void *context)
{
	int saved = errno;
	char byte = info->si_code == SI_KERNEL ? SIGNAL_FROM_TERMINAL : sig;
	ssize_t n = write(pipe_ends[1], &byte, 1);

	/* Cannot fail: at most two bytes are ever in the pipe. */
	(void)n;
	(void)context;
	errno = saved;
}

int signals_catch(void)
{
	struct sigaction action = {
		.sa_sigaction	= caught,
		.sa_flags	= SA_SIGINFO | SA_RESTART | SA_RESETHAND,
	};

	signal(SIGPIPE, SIG_IGN);
	if (pipe2(pipe_ends, O_CLOEXEC))
		return -1;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return pipe_ends[0];
}

int signals_take(int fd)
{
	char byte = SIGNAL_FROM_TERMINAL;
	ssize_t n = read(fd, &byte, 1);

	(void)n;
	return byte;
}
