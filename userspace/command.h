/* SPDX-License-Identifier: GPL-2.0 */
/* The COMMAND that is traced while it runs. */
#ifndef TCPSTATE_COMMAND_H
#define TCPSTATE_COMMAND_H

#include <sys/types.h>

/**
 * struct command - a running COMMAND
 * @pid: its process
 * @pidfd: becomes readable when it has ended; -1 if there is no COMMAND
 */
struct command {
	pid_t	pid;
	int	pidfd;
};

/**
 * command_start - start it, and pass signals on to it
 * @command: what to fill in
 * @argv: its name, searched in PATH, and arguments, and NULL
 *
 * Return: 0; or, after a line on stderr, the exit status for this error by
 * the convention of the shell: 127 not found, 126 not executable.
 */
int command_start(struct command *command, char **argv);

/**
 * command_wait - wait for its end
 * @command: started
 *
 * Return: its exit status, 128 + N if it was killed by signal N.
 */
int command_wait(struct command *command);

#endif /* TCPSTATE_COMMAND_H */
