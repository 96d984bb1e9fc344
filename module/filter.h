/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A reader's filter program: classic BPF over the image of a record (image.h).
 *
 * The kernel's own checker takes it and its JIT compiles it, as for any
 * socket's filter.  What such a program can load besides the image is a
 * property of an skb, so the image is the data of one, that each program has to
 * itself; it has a device, which the kernel's flow dissector asks for.
 *
 * Filters run as the reader reads.  Rejected: while recording, which would make
 * all pay for one reader's wishes, and what one does not want is gone for all.
 */
#ifndef _TCPSTATE_FILTER_H
#define _TCPSTATE_FILTER_H

#include <linux/types.h>

#include "uapi/tcpstate.h"

struct tcpstate_program;

/**
 * tcpstate_filter_load() - take a program from userspace
 * @filter: where it is
 *
 * Context: process, may sleep.
 * Return: the program, for tcpstate_filter_unload(); NULL if there is none to
 * take; or ERR_PTR(): -EINVAL for a wrong one, -EFAULT, -ENOMEM.
 */
struct tcpstate_program *
tcpstate_filter_load(const struct tcpstate_filter *filter);

/**
 * tcpstate_filter_unload() - free a program
 * @program: what tcpstate_filter_load() returned, also if that is NULL
 *
 * Context: process, may sleep; it is not running.
 */
void tcpstate_filter_unload(struct tcpstate_program *program);

/**
 * tcpstate_filter_wants() - run a program
 * @program: a struct tcpstate_program
 * @rec: of any kind but TCPSTATE_START and TCPSTATE_LOST
 *
 * Context: process; the caller keeps all calls of one program apart.
 * Return: does the program let the record through?
 */
bool tcpstate_filter_wants(void *program, const union tcpstate_record *rec);

#endif /* _TCPSTATE_FILTER_H */
