// SPDX-License-Identifier: GPL-2.0
#include "task.h"

#include <stdio.h>
#include <string.h>

void task_format(char text[TASK_LEN], const struct tcpstate_task *task)
{
	char *p;

	snprintf(text, TASK_LEN, "%.*s[%u]", TCPSTATE_COMM_LEN - 1, task->comm,
		 task->pid);
	for (p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
}

void owner_format(char text[TASK_LEN], enum owned owned,
		  const struct tcpstate_task *owner)
{
	switch (owned) {
	case OWNED_TASK:
		task_format(text, owner);
		break;
	case OWNED_KERNEL:
		strcpy(text, "kernel");
		break;
	default:
		strcpy(text, "-");
	}
}
