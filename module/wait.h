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
 * A reader goes to sleep when it has looked and found nothing for it.  If
 * records were made meanwhile it does not look again at once: they may all be
 * filtered out, and it would never rest.  It starts the timer itself, as the
 * writers would have.
 *
 * Rejected: wake_up() for each record (a lock that all CPUs share, and a
 * wake-up a record); a timer that looks periodically (wakes an idle machine).
 */
#ifndef _TCPSTATE_WAIT_H
#define _TCPSTATE_WAIT_H

#include <linux/wait.h>

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

extern bool tcpstate_wait_sleeping;

/* Have sleepers woken; for tcpstate_wait_notify(). Context: as there. */
void tcpstate_wait_wake(void);

/**
 * tcpstate_wait_notify() - a record was written
 *
 * Context: any but NMI, behind tcpstate_ring_commit().
 */
static inline void tcpstate_wait_notify(void)
{
	/*
	 * E: tcpstate_ring_begin() has passed its barrier A since it stored
	 * reserved.  READ_ONCE with the WRITE_ONCE in tcpstate_wait_announce().
	 */
	if (unlikely(READ_ONCE(tcpstate_wait_sleeping)))
		tcpstate_wait_wake();
}

/**
 * tcpstate_wait_sleep() - sleep till there may be something for a reader
 * @stream: its stream, in which it has found nothing
 *
 * Context: process, may sleep.
 * Return: 0, or -ERESTARTSYS for a signal.
 */
int tcpstate_wait_sleep(const struct tcpstate_stream *stream);

/**
 * tcpstate_wait_queue() - where pollers are to wait
 *
 * Return: what is woken.
 */
wait_queue_head_t *tcpstate_wait_queue(void);

/**
 * tcpstate_wait_announce() - have sleepers woken when there may be something
 * @stream: in which, since it was looked at in vain
 *
 * Context: process, on the queue.
 */
void tcpstate_wait_announce(const struct tcpstate_stream *stream);

#endif /* _TCPSTATE_WAIT_H */
