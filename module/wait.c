// SPDX-License-Identifier: GPL-2.0
/* Readers asleep: wait.h explains it. */
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/wait.h>

#include "compat.h"
#include "wait.h"

static DECLARE_WAIT_QUEUE_HEAD(sleepers);
static struct hrtimer wake_timer;
static bool sleeping __read_mostly;

static enum hrtimer_restart wake_sleepers(struct hrtimer *timer)
{
	wake_up_interruptible_poll(&sleepers, EPOLLIN | EPOLLRDNORM);
	return HRTIMER_NORESTART;
}

void tcpstate_wait_init(void)
{
	/* Soft: wake_up() takes a lock that sleeps on PREEMPT_RT. */
	compat_hrtimer_setup(&wake_timer, wake_sleepers, CLOCK_MONOTONIC,
			     HRTIMER_MODE_REL_SOFT);
}

void tcpstate_wait_exit(void)
{
	hrtimer_cancel(&wake_timer);
}

void tcpstate_wait_notify(void)
{
	/*
	 * E: tcpstate_ring_write() has passed its barrier A since it stored
	 * reserved.  READ_ONCE with the WRITE_ONCE in announce_sleeper().
	 */
	if (likely(!READ_ONCE(sleeping)))
		return;
	/* A timer under way wakes the new sleeper too: do not put it off. */
	if (xchg(&sleeping, false) && !hrtimer_is_queued(&wake_timer))
		hrtimer_start(&wake_timer, ns_to_ktime(TCPSTATE_WAIT_NS),
			      HRTIMER_MODE_REL_SOFT);
}

static void announce_sleeper(void)
{
	WRITE_ONCE(sleeping, true);	/* with tcpstate_wait_notify() */
	smp_mb();	/* E: with A of tcpstate_ring_write() */
}

/*
 * The last answer before the caller sleeps is given when it is on the queue: so
 * whoever sees its announcement has it woken.
 */
static bool pending_or_announced(const struct tcpstate_stream *stream)
{
	if (tcpstate_stream_pending(stream))
		return true;
	announce_sleeper();
	return tcpstate_stream_pending(stream);
}

int tcpstate_wait_pending(const struct tcpstate_stream *stream)
{
	return wait_event_interruptible(sleepers, pending_or_announced(stream));
}

bool tcpstate_wait_poll(const struct tcpstate_stream *stream,
			struct file *file, poll_table *table)
{
	poll_wait(file, &sleepers, table);
	return pending_or_announced(stream);
}
