// SPDX-License-Identifier: GPL-2.0
#include "graphviz.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Runs `dot OPTION`. Return: its exit status, or -1 with errno. */
static int run_dot(char *option, int in, int out)
{
	char *const argv[] = { "dot", option, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t signals;
	int status = -1;
	pid_t pid;

	/* A closed output is for it to notice: we ignore SIGPIPE. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	errno = posix_spawnp(&pid, argv[0], &files, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	if (errno || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void graphviz_check(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int status = run_dot("-Tsvg", null, null);

	close(null);
	if (status)
		errx(EXIT_FAILURE,
		     "--svg needs Graphviz's dot: install graphviz, or draw what --dot gives");
}

/* Return: a descriptor for what @describe says, at its beginning, or -1. */
static int describe_to_memory(void (*describe)(struct out *out))
{
	static struct out memory;

	out_init(&memory, memfd_create("graph", MFD_CLOEXEC), "memory");
	if (memory.fd < 0)
		return -1;
	describe(&memory);
	out_flush(&memory);
	lseek(memory.fd, 0, SEEK_SET);
	errno = memory.error;
	return memory.error ? -1 : memory.fd;
}

bool graphviz_draw(struct out *out, void (*describe)(struct out *out))
{
	int in = describe_to_memory(describe);
	int status;

	if (in < 0) {
		warn("a graph");
		return false;
	}
	out_flush(out);
	status = run_dot("-Tsvg", in, out->fd);
	close(in);
	if (status)
		warnx("dot: it failed");
	return !status;
}
