// SPDX-License-Identifier: GPL-2.0
/* Readers asleep: wait.h explains it. */
#include <linux/cache.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "compat.h"
#include "wait.h"

static DECLARE_WAIT_QUEUE_HEAD(sleepers);
static struct hrtimer wake_timer;
bool tcpstate_wait_sleeping ____cacheline_aligned_in_smp;

static enum hrtimer_restart wake_sleepers(struct hrtimer *timer)
{
	/* All: those of EPOLLEXCLUSIVE have streams of their own to read. */
	wake_up_interruptible_all(&sleepers);
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

void tcpstate_wait_wake(void)
{
	unsigned long flags;

	/* Who has cleared it is not preempted before the timer runs. */
	local_irq_save(flags);
	/* A timer under way wakes the new sleeper too: do not put it off. */
	if (xchg(&tcpstate_wait_sleeping, false) && !hrtimer_is_queued(&wake_timer))
		hrtimer_start(&wake_timer, ns_to_ktime(TCPSTATE_WAIT_NS),
			      HRTIMER_MODE_REL_SOFT);
	local_irq_restore(flags);
}

wait_queue_head_t *tcpstate_wait_queue(void)
{
	return &sleepers;
}

void tcpstate_wait_announce(const struct tcpstate_stream *stream)
{
	/* with tcpstate_wait_notify(); writers share the line, as long as it is */
	if (!READ_ONCE(tcpstate_wait_sleeping))
		WRITE_ONCE(tcpstate_wait_sleeping, true);
	smp_mb();	/* E: with A of tcpstate_ring_begin() */
	if (tcpstate_stream_pending(stream))
		tcpstate_wait_notify();
}

int tcpstate_wait_sleep(const struct tcpstate_stream *stream)
{
	DEFINE_WAIT(wait);

	prepare_to_wait(&sleepers, &wait, TASK_INTERRUPTIBLE);
	tcpstate_wait_announce(stream);
	if (!signal_pending(current))
		schedule();
	finish_wait(&sleepers, &wait);
	return signal_pending(current) ? -ERESTARTSYS : 0;
}
