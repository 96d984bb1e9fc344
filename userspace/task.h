/* SPDX-License-Identifier: GPL-2.0 */
/* How processes, as owners of sockets, are written for people. */
#ifndef TCPSTATE_TASK_H
#define TCPSTATE_TASK_H

#include "model.h"

/* name[4294967295], and a NUL */
#define TASK_LEN (TCPSTATE_COMM_LEN + 12)

/**
 * task_format - write a process
 * @text: where to
 * @task: the process; of the name, which it chose, bytes that could control a
 *	terminal are written as ?
 */
void task_format(char text[TASK_LEN], const struct tcpstate_task *task);

/**
 * owner_format - write who owns a socket
 * @text: where to
 * @owned: who does
 * @owner: which process, with OWNED_TASK
 */
void owner_format(char text[TASK_LEN], enum owned owned,
		  const struct tcpstate_task *owner);

#endif /* TCPSTATE_TASK_H */
