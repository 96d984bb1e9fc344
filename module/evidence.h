/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Evidence of causes: what this CPU has just begun to do with a socket.
 *
 * Most causes follow from the edge and the socket alone (cause.h).  For the
 * rest, hooks leave a note of what the kernel is about to do, and whoever
 * records the edge, further down in the same call chain, finds it.
 *
 * A note says which socket it is of, and while which task ran: it is believed
 * for these only.  A softirq's note is kept by CPU, a process' by task, as it may
 * be preempted, moved to another CPU, and interrupted by softirqs, between note
 * and edge.  On PREEMPT_RT a softirq is a task's, too, which stays on its CPU, but
 * sleeps where it waits for a lock, and another task's softirq may run there
 * meanwhile (without PREEMPT_RT_NEEDS_BH_LOCK, of 6.18): a CPU has notes of several.
 *
 * Tasks of one hash, or CPU, share a few places, and one loses its note if as many
 * others leave theirs meanwhile: a note refines what the socket tells, and where it
 * alone can tell, the cause is unknown.  Those that tell whether there is an edge go
 * last, when all places have such.  What comes later replaces or drops an earlier
 * note, which is what makes a note true: every way to an edge that is told apart by
 * a note does.
 *
 * That it is the process' note does not mean that no segment came: a write to a
 * TUN device receives one, and so does the backlog.
 *
 * Rejected: a stack of what is going on, by hooks on entry and exit of all ways
 * into TCP.  That costs every segment, where this costs those without data.
 */
#ifndef _TCPSTATE_EVIDENCE_H
#define _TCPSTATE_EVIDENCE_H

#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "uapi/tcpstate.h"

struct ftrace_regs;

/* What is going on; in parentheses what @cause, @detail and @state are. */
enum tcpstate_doing {
	TCPSTATE_NOTHING,
	TCPSTATE_FIN_IN_ORDER,	/* a FIN came that will be accepted (none) */
	TCPSTATE_LATE_ARRIVAL,	/* data came after close() (none) */
	TCPSTATE_FIN_WAIT_1_OVER, /* FIN_WAIT_2 is held back (none) */
	TCPSTATE_RESETTING,	/* tcp_reset() (cause, detail) */
	TCPSTATE_TIMING_OUT,	/* tcp_write_timer_handler() or a part (detail) */
	TCPSTATE_KEEPING_ALIVE,	/* tcp_keepalive_timer() (detail) */
	TCPSTATE_TW_WANTED,	/* tcp_time_wait() (state before) */
	TCPSTATE_TW_GOT,	/* and there is a small socket for it (none) */
	TCPSTATE_TW_SEGMENT,	/* a segment for it (all) */
	TCPSTATE_TW_EARLY,	/* it is ended before its time (cause, detail) */
	TCPSTATE_REQUEST_SEGMENT, /* a segment for a request (cause, detail) */
};

/**
 * struct tcpstate_evidence - what is going on with a socket
 * @doing: enum tcpstate_doing
 * @cause: enum tcpstate_cause
 * @detail: enum tcpstate_detail
 * @state: enum tcpstate_state
 * @fin: TCPSTATE_TW_SEGMENT: it has a FIN
 */
struct tcpstate_evidence {
	u8 doing;
	u8 cause;
	u8 detail;
	u8 state:7;
	bool fin:1;
};

/*
 * Hooks that this kernel lacks, a bit 1 << TCPSTATE_HOOK_* each; complete before
 * any hook or probe runs.  A cause that follows from the lack of a note is
 * unknown where there can be no note.
 */
extern u32 tcpstate_missing;

/**
 * tcpstate_lacks() - is evidence missing for want of a hook?
 * @hook: enum tcpstate_hook
 *
 * Context: any.
 * Return: true if the kernel has no such hook.
 */
static inline bool tcpstate_lacks(enum tcpstate_hook hook)
{
	return unlikely(tcpstate_missing & BIT(hook));
}

/**
 * struct tcpstate_clue - a note of evidence
 * @sk: the socket, full or small; only ever compared
 * @who: the task that ran; likewise
 * @evidence: what is going on
 * @when: which note it is of those of struct tcpstate_clues
 */
struct tcpstate_clue {
	const void *sk;
	const void *who;
	struct tcpstate_evidence evidence;
	u32 when;
};

/* Is this a softirq, which no other one preempts? */
static inline bool tcpstate_has_cpu(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) && in_serving_softirq();
}

/* Or one that others may preempt? */
static inline bool tcpstate_shares_cpu(void)
{
	return IS_ENABLED(CONFIG_PREEMPT_RT) && in_serving_softirq();
}

#define TCPSTATE_CLUES 4

/**
 * struct tcpstate_clues - notes of several tasks
 * @notes: how many there have been
 * @clues: the last of each of several tasks
 */
struct tcpstate_clues {
	u32 notes;
	struct tcpstate_clue clues[TCPSTATE_CLUES];
};

/*
 * Of what softirqs do: of the one that has the CPU, and of those that share it, with
 * preemption off.  Without that, one may look as one may without @lock below.
 */
DECLARE_PER_CPU(struct tcpstate_clue, tcpstate_cpu_clue);
DECLARE_PER_CPU(struct tcpstate_clues, tcpstate_cpu_clues);

#define TCPSTATE_TASK_BITS 8

/**
 * struct tcpstate_task_clues - what processes do
 * @lock: one task's, but for those of one hash.  It is taken with and without a
 *	socket's lock, hence with interrupts off: no softirq may come that
 *	wants that
 * @clues: their notes
 * @aborting: the socket of tcp_abort()
 * @aborter: the task in it; both only ever compared
 *
 * Without @lock, one may look whether there is anything of oneself: of one's own
 * nobody else writes, though one may find it overwritten under the lock.
 */
struct tcpstate_task_clues {
	raw_spinlock_t lock;
	struct tcpstate_clues clues;
	const void *aborting;
	const void *aborter;
} ____cacheline_aligned;

extern struct tcpstate_task_clues tcpstate_task_clues[BIT(TCPSTATE_TASK_BITS)];

static inline struct tcpstate_task_clues *tcpstate_my_task(void)
{
	return &tcpstate_task_clues[hash_ptr(current, TCPSTATE_TASK_BITS)];
}

/* The WRITE_ONCE()s are with tcpstate_clue_is_mine(). */
static inline void tcpstate_clue_write(struct tcpstate_clue *clue,
				       const void *sk,
				       struct tcpstate_evidence evidence)
{
	WRITE_ONCE(clue->sk, sk);
	WRITE_ONCE(clue->who, current);
	clue->evidence = evidence;
}

/* The READ_ONCE()s are with tcpstate_clue_write(). */
static inline bool tcpstate_clue_is_mine(const struct tcpstate_clue *clue,
					 const void *sk)
{
	return READ_ONCE(clue->sk) == sk && READ_ONCE(clue->who) == current;
}

/* Return: the note that this task has left of @sk, or NULL. */
static inline const struct tcpstate_clue *
tcpstate_clue_of(const struct tcpstate_clues *mine, const void *sk)
{
	unsigned int i;

#pragma GCC unroll 4
	for (i = 0; i < TCPSTATE_CLUES; i++)
		if (unlikely(tcpstate_clue_is_mine(mine->clues + i, sk)))
			return mine->clues + i;
	return NULL;
}

/* The rest of the three below, for softirqs that share the CPU, and for tasks */
void tcpstate_evidence_note_shared(const void *sk,
				   struct tcpstate_evidence evidence);
void tcpstate_evidence_note_locked(const void *sk,
				   struct tcpstate_evidence evidence);
struct tcpstate_evidence tcpstate_evidence_locked(const void *sk);
bool tcpstate_aborting_locked(const void *sk);

/**
 * tcpstate_evidence_note() - note what is going on
 * @sk: the socket, full or small; only ever compared
 * @evidence: what
 *
 * Context: any but hard interrupt and NMI.
 */
static inline void tcpstate_evidence_note(const void *sk,
					  struct tcpstate_evidence evidence)
{
	if (tcpstate_has_cpu())
		tcpstate_clue_write(this_cpu_ptr(&tcpstate_cpu_clue), sk,
				    evidence);
	else if (tcpstate_shares_cpu())
		tcpstate_evidence_note_shared(sk, evidence);
	else
		tcpstate_evidence_note_locked(sk, evidence);
}

/* Return: what @clue says of @sk, TCPSTATE_NOTHING if it is somebody else's. */
static inline struct tcpstate_evidence
tcpstate_clue_read(const struct tcpstate_clue *clue, const void *sk)
{
	return tcpstate_clue_is_mine(clue, sk) ? clue->evidence :
						 (struct tcpstate_evidence){ };
}

static inline struct tcpstate_evidence tcpstate_evidence_shared(const void *sk)
{
	const struct tcpstate_clue *clue;
	struct tcpstate_evidence found;

	clue = tcpstate_clue_of(this_cpu_ptr(&tcpstate_cpu_clues), sk);
	if (likely(!clue))
		return (struct tcpstate_evidence){ };
	preempt_disable();
	found = tcpstate_clue_read(clue, sk);
	preempt_enable();
	return found;
}

/**
 * tcpstate_evidence_of() - what is going on with a socket
 * @sk: the socket, full or small
 *
 * Context: any but hard interrupt and NMI.
 * Return: the note, TCPSTATE_NOTHING if there is none of this socket.
 */
static __always_inline struct tcpstate_evidence
tcpstate_evidence_of(const void *sk)
{
	if (tcpstate_has_cpu())
		return tcpstate_clue_read(this_cpu_ptr(&tcpstate_cpu_clue), sk);
	if (tcpstate_shares_cpu())
		return tcpstate_evidence_shared(sk);
	if (tcpstate_clue_of(&tcpstate_my_task()->clues, sk))
		return tcpstate_evidence_locked(sk);
	return (struct tcpstate_evidence){ };
}

/**
 * tcpstate_evidence_forget() - drop the note of a socket, if there is one
 * @sk: a socket that is no more; another may get its address
 *
 * Context: any but hard interrupt and NMI.
 */
void tcpstate_evidence_forget(const void *sk);

/**
 * tcpstate_aborting() - is this process in tcp_abort() of a socket?
 * @sk: the socket, full or small
 *
 * Unlike the notes, this outlasts that the process sleeps, and what it does with
 * other sockets.
 *
 * Context: any.
 * Return: true if so.
 */
static inline bool tcpstate_aborting(const void *sk)
{
	const struct tcpstate_task_clues *mine = tcpstate_my_task();

	/* tcp_abort() is a process', and acts as such. */
	if (in_serving_softirq())
		return false;
	/* with set_aborting() */
	return unlikely(READ_ONCE(mine->aborting) == sk) &&
	       tcpstate_aborting_locked(sk);
}

/* Handlers of hooks.c: what they note is above. Context: as the function's. */
void tcpstate_evidence_arrival(struct ftrace_regs *fregs);
void tcpstate_evidence_reset(struct ftrace_regs *fregs);
void tcpstate_evidence_timer(struct ftrace_regs *fregs);
void tcpstate_evidence_loss(struct ftrace_regs *fregs);
void tcpstate_evidence_keepalive(struct ftrace_regs *fregs);
void tcpstate_evidence_abort(struct ftrace_regs *fregs);

#endif /* _TCPSTATE_EVIDENCE_H */
