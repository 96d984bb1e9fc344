// SPDX-License-Identifier: GPL-2.0
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* What comes so soon after the first is the same wish. */
#define REPEAT_NS 1000000000LL

static int pipe_ends[2];
static volatile sig_atomic_t command = -1;

static bool command_runs(void)
{
	struct pollfd fd = { command, POLLIN, 0 };

	return command >= 0 && !poll(&fd, 1, 0);
}

static bool is_late_repeat(void)
{
	static struct timespec first;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!first.tv_sec)
		first = now;
	return (now.tv_sec - first.tv_sec) * 1000000000LL + now.tv_nsec -
	       first.tv_nsec > REPEAT_NS;
}

static void take_for_command(int sig, const siginfo_t *info)
{
	/* The terminal's go to a whole process group. */
	if (info->si_code != SI_KERNEL)
		syscall(SYS_pidfd_send_signal, command, sig, NULL, 0);
}

static void take_for_us(int sig)
{
	ssize_t n;

	if (is_late_repeat()) {
		signal(sig, SIG_DFL);
		raise(sig);	/* comes when the handler has returned */
	}
	/* May be full: one is enough. */
	n = write(pipe_ends[1], "", 1);
	(void)n;
}

static void caught(int sig, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)context;
	if (command_runs())
		take_for_command(sig, info);
	else
		take_for_us(sig);
	errno = saved;
}

/* As nohup(1) makes it */
static bool is_ignored(int sig)
{
	struct sigaction action;

	return !sigaction(sig, NULL, &action) && action.sa_handler == SIG_IGN;
}

int signals_catch(void)
{
	struct sigaction action = {
		.sa_sigaction	= caught,
		.sa_flags	= SA_SIGINFO | SA_RESTART,
	};

	/* One at a time. */
	sigaddset(&action.sa_mask, SIGINT);
	sigaddset(&action.sa_mask, SIGTERM);
	sigaddset(&action.sa_mask, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK))
		return -1;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (!is_ignored(SIGHUP))
		sigaction(SIGHUP, &action, NULL);
	return pipe_ends[0];
}

void signals_pass_on(int pidfd)
{
	command = pidfd;
}
