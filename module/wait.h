/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Readers asleep, and how a writer gets them woken without being slowed down.
 *
 * While no reader sleeps a writer only reads a flag that nobody writes.  When
 * one does, the first record clears the flag and starts a timer; the timer
 * wakes all sleepers.  So there is at most one wake-up in TCPSTATE_WAIT_NS
 * whatever the rate of records, none without records, and a record is seen
 * within that time.
 *
 * Rejected: wake_up() for each record (a lock that all CPUs share, and a
 * wake-up a record); a timer that looks periodically (wakes an idle machine).
 */
#ifndef _TCPSTATE_WAIT_H
#define _TCPSTATE_WAIT_H

#include <linux/poll.h>

#include "stream.h"

#define TCPSTATE_WAIT_NS (4 * NSEC_PER_MSEC)

/**
 * tcpstate_wait_init() - get ready for writers and sleepers
 *
 * Context: process.
 */
void tcpstate_wait_init(void);

/**
 * tcpstate_wait_exit() - stop the timer
 *
 * Context: process; there is no writer and no sleeper any more.
 */
void tcpstate_wait_exit(void);

/**
 * tcpstate_wait_notify() - a record was written
 *
 * Context: any but NMI, behind tcpstate_ring_write().
 */
void tcpstate_wait_notify(void);

/**
 * tcpstate_wait_pending() - sleep till a stream has something
 * @stream: the stream
 *
 * Context: process, may sleep.
 * Return: 0, or -ERESTARTSYS for a signal.
 */
int tcpstate_wait_pending(const struct tcpstate_stream *stream);

/**
 * tcpstate_wait_poll() - poll(2)'s part: register, then look
 * @stream: the stream
 * @file: as poll's file operation gets it
 * @table: likewise
 *
 * Context: process.
 * Return: true if the stream has something now; if not, the poller is woken
 * when it has.
 */
bool tcpstate_wait_poll(const struct tcpstate_stream *stream,
			struct file *file, poll_table *table);

#endif /* _TCPSTATE_WAIT_H */
