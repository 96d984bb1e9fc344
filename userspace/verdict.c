// SPDX-License-Identifier: GPL-2.0
#include "verdict.h"

#include <stdbool.h>
#include <string.h>

#include "clock.h"
#include "names.h"
#include "task.h"
#include "util.h"

/* Sets of states */
#define IN(state) (1U << TCPSTATE_##state)
#define ANYWHERE (~0U)
#define FIN_SENT (IN(FIN_WAIT_1) | IN(CLOSING) | IN(LAST_ACK))
#define FIN_WAITS (IN(FIN_WAIT_1) | IN(FIN_WAIT_2) | IN(CLOSING))

/* Any detail */
#define ANY 0xff

/*
 * In the words,
 *
 *	%c	who closed, or both
 *	%h, %p	this end, the peer: by their parts, if these are known
 *	%t	time since it was opened; %d: time in the last state
 *	%s	the last state
 *	%e	" (ERROR)", if one was pending
 *	%o	the owner
 */
struct row {
	unsigned int	states;
	__u8		cause;
	__u8		detail;
	enum verdict	kind;
	const char	*words;
};

/* How connections end: the first row that fits, by the state before. */
static const struct row endings[] = {
	/* Never opened */
	{ IN(SYN_SENT), TCPSTATE_RESET, TCPSTATE_RESET_RECEIVED,
	  VERDICT_REFUSED, "refused" },
	{ IN(SYN_SENT), TCPSTATE_ICMP, ANY,
	  VERDICT_REFUSED, "refused by ICMP%e" },
	{ IN(SYN_SENT), TCPSTATE_TIMER, TCPSTATE_USER_TIMEOUT,
	  VERDICT_UNANSWERED,
	  "SYN unanswered, gave up after %t: TCP_USER_TIMEOUT" },
	{ IN(SYN_SENT), TCPSTATE_TIMER, ANY,
	  VERDICT_UNANSWERED, "SYN unanswered, gave up after %t" },
	{ IN(SYN_SENT), TCPSTATE_SYSCALL, TCPSTATE_CONNECT,
	  VERDICT_DROPPED, "connect() failed at once: no route or no port" },
	{ IN(SYN_SENT), TCPSTATE_SYSCALL, TCPSTATE_EXIT,
	  VERDICT_UNANSWERED,
	  "SYN unanswered when its process ended, after %t" },
	{ IN(SYN_SENT), TCPSTATE_SYSCALL, ANY,
	  VERDICT_UNANSWERED, "SYN unanswered, closed by %h after %t" },
	{ IN(SYN_RCVD), TCPSTATE_TIMER, TCPSTATE_SYNACK_RETRIES,
	  VERDICT_UNANSWERED,
	  "half-open: the third ACK never came, gave up after %d" },
	{ IN(FIN_WAIT_1), TCPSTATE_TIMER, TCPSTATE_SYNACK_RETRIES,
	  VERDICT_UNANSWERED,
	  "closed by %h, the third ACK never came, gave up after %d" },
	{ IN(SYN_RCVD), TCPSTATE_TIMER, TCPSTATE_USER_TIMEOUT,
	  VERDICT_UNANSWERED,
	  "half-open: the ACK never came, gave up after %d: TCP_USER_TIMEOUT" },
	{ IN(SYN_RCVD), TCPSTATE_TIMER, ANY,
	  VERDICT_UNANSWERED,
	  "half-open: the ACK never came, gave up after %d" },
	{ IN(SYN_RCVD), TCPSTATE_RESET, TCPSTATE_RESET_RECEIVED,
	  VERDICT_REFUSED, "half-open: reset by %p after %d" },
	{ IN(SYN_RCVD), TCPSTATE_RESET, ANY,
	  VERDICT_REFUSED,
	  "half-open: reset by %h after %d: an unacceptable segment came" },
	{ IN(SYN_RCVD), TCPSTATE_ICMP, ANY,
	  VERDICT_REFUSED, "half-open: the SYN-ACK was refused by ICMP%e" },
	{ IN(SYN_RCVD), TCPSTATE_OVERFLOW, ANY,
	  VERDICT_DROPPED,
	  "dropped: the accept queue was full when the third ACK came" },
	{ IN(SYN_RCVD), TCPSTATE_MEMORY, ANY,
	  VERDICT_DROPPED, "half-open: dropped for want of memory" },
	{ IN(SYN_RCVD), TCPSTATE_ABORT, TCPSTATE_LISTENER_CLOSED,
	  VERDICT_REFUSED, "half-open: its listener was closed" },
	{ IN(SYN_RCVD), TCPSTATE_SYSCALL, ANY,
	  VERDICT_REFUSED, "half-open: closed by %h after %d" },

	/* Listeners */
	{ IN(LISTEN), TCPSTATE_SYSCALL, TCPSTATE_LISTENING,
	  VERDICT_REFUSED, "listen() failed: the port is taken" },
	{ IN(LISTEN), TCPSTATE_SYSCALL, TCPSTATE_EXIT,
	  VERDICT_LISTENED, "listened for %d, till its process ended" },
	{ IN(LISTEN), TCPSTATE_SYSCALL, ANY,
	  VERDICT_LISTENED, "listened for %d" },

	/* As it should be; then of TIME_WAIT that was cut short */
	{ IN(TIME_WAIT), TCPSTATE_TIMER, TCPSTATE_2MSL,
	  VERDICT_CLEAN, "closed by %c, cleanly" },
	{ IN(LAST_ACK), TCPSTATE_SEGMENT_IN, ANY,
	  VERDICT_CLEAN, "closed by %c, cleanly" },
	{ IN(TIME_WAIT), TCPSTATE_REUSE, TCPSTATE_REUSE_SYN,
	  VERDICT_CLEAN,
	  "closed by %c, cleanly; a new SYN took the port after %d" },
	{ IN(TIME_WAIT), TCPSTATE_REUSE, ANY,
	  VERDICT_CLEAN,
	  "closed by %c, cleanly; connect() took the port after %d" },
	{ IN(TIME_WAIT), TCPSTATE_RESET, ANY,
	  VERDICT_CLEAN,
	  "closed by %c, cleanly; TIME_WAIT reset by %p after %d" },
	{ IN(TIME_WAIT), TCPSTATE_ABORT, TCPSTATE_DESTROYED,
	  VERDICT_CLEAN,
	  "closed by %c, cleanly; TIME_WAIT destroyed after %d" },
	{ IN(TIME_WAIT), TCPSTATE_NETNS, ANY,
	  VERDICT_CLEAN,
	  "closed by %c, cleanly; its network namespace went after %d" },

	/* Reset by the peer */
	{ IN(ESTABLISHED), TCPSTATE_RESET, TCPSTATE_RESET_RECEIVED,
	  VERDICT_RESET, "reset by %p after %t" },
	{ IN(CLOSE_WAIT), TCPSTATE_RESET, TCPSTATE_RESET_RECEIVED,
	  VERDICT_RESET, "closed by %p, who reset it %d later" },
	{ IN(LAST_ACK), TCPSTATE_RESET, TCPSTATE_RESET_RECEIVED,
	  VERDICT_RESET, "closed by %c, who reset it at the FIN of %h" },
	{ IN(FIN_WAIT_2), TCPSTATE_RESET, TCPSTATE_RESET_RECEIVED,
	  VERDICT_RESET, "closed by %c, reset by %p %d after its ACK" },
	{ FIN_WAITS, TCPSTATE_RESET, TCPSTATE_RESET_RECEIVED,
	  VERDICT_RESET, "closed by %c, reset by %p %d later, before its ACK" },
	{ ANYWHERE, TCPSTATE_RESET, TCPSTATE_RESET_SENT,
	  VERDICT_RESET, "reset by %h after %t: an unacceptable segment came" },

	/* Reset by this end */
	{ ANYWHERE, TCPSTATE_ABORT, TCPSTATE_UNREAD_DATA,
	  VERDICT_RESET, "reset by %h after %t with unread data here" },
	{ ANYWHERE, TCPSTATE_ABORT, TCPSTATE_LINGER0,
	  VERDICT_RESET, "reset by %h after %t: SO_LINGER of 0 s" },
	{ FIN_WAITS, TCPSTATE_ABORT, TCPSTATE_LATE_DATA,
	  VERDICT_RESET, "closed by %h, who reset it when data came" },
	{ ANYWHERE, TCPSTATE_ABORT, TCPSTATE_LATE_DATA,
	  VERDICT_RESET, "reset by %h after %t: data came behind a FIN" },
	{ ANYWHERE, TCPSTATE_ABORT, TCPSTATE_LINGER2,
	  VERDICT_RESET, "closed by %h, who does not wait: TCP_LINGER2" },
	{ ANYWHERE, TCPSTATE_ABORT, TCPSTATE_LISTENER_CLOSED,
	  VERDICT_RESET, "reset by %h: its listener was closed first" },
	{ ANYWHERE, TCPSTATE_ABORT, TCPSTATE_DUPLICATE,
	  VERDICT_CLEAN, "a duplicate: another one of that SYN was quicker" },
	{ ANYWHERE, TCPSTATE_ABORT, TCPSTATE_MPTCP,
	  VERDICT_RESET, "MPTCP gave the subflow up in %s after %t" },
	{ ANYWHERE, TCPSTATE_SYSCALL, TCPSTATE_DISCONNECT,
	  VERDICT_RESET, "broken off by %h after %t" },

	/* No answer */
	{ ANYWHERE, TCPSTATE_TIMER, TCPSTATE_KEEPALIVE,
	  VERDICT_TIMEOUT, "keepalive unanswered, gave up after %t" },
	{ ANYWHERE, TCPSTATE_TIMER, TCPSTATE_FIN_TIMEOUT,
	  VERDICT_TIMEOUT, "closed by %h, the FIN of %p never came in %d" },
	{ FIN_SENT, TCPSTATE_TIMER, TCPSTATE_RETRANSMISSION,
	  VERDICT_TIMEOUT, "FIN of %h unanswered, gave up after %d" },
	{ ANYWHERE, TCPSTATE_TIMER, TCPSTATE_RETRANSMISSION,
	  VERDICT_TIMEOUT, "data unanswered, gave up after %t" },
	{ ANYWHERE, TCPSTATE_TIMER, TCPSTATE_USER_TIMEOUT,
	  VERDICT_TIMEOUT, "unanswered, gave up after %t: TCP_USER_TIMEOUT" },
	{ ANYWHERE, TCPSTATE_TIMER, TCPSTATE_PROBE,
	  VERDICT_TIMEOUT, "window probes unanswered, gave up after %t" },
	{ ANYWHERE, TCPSTATE_ICMP, ANY,
	  VERDICT_TIMEOUT, "unreachable by ICMP%e, gave up after %t" },

	/* From outside, or for want of something */
	{ ANYWHERE, TCPSTATE_ABORT, TCPSTATE_DESTROYED,
	  VERDICT_DESTROYED, "destroyed in %s after %t, as by ss -K" },
	{ ANYWHERE, TCPSTATE_NETNS, ANY,
	  VERDICT_DESTROYED, "its network namespace went, in %s" },
	{ FIN_WAITS, TCPSTATE_OVERFLOW, ANY,
	  VERDICT_DROPPED,
	  "closed by %c, no room for TIME_WAIT: tcp_max_tw_buckets" },
	{ ANYWHERE, TCPSTATE_MEMORY, ANY,
	  VERDICT_DROPPED, "dropped in %s: no memory or too many orphans" },
};

/* How they stand */
static const struct {
	__u8		state;
	enum verdict	kind;
	const char	*words;
} standings[] = {
	{ TCPSTATE_LISTEN, VERDICT_OPEN, "listens" },
	{ TCPSTATE_SYN_SENT, VERDICT_OPEN, "SYN unanswered for %d" },
	{ TCPSTATE_SYN_RCVD, VERDICT_OPEN, "half-open for %d" },
	{ TCPSTATE_ESTABLISHED, VERDICT_OPEN, "open for %d" },
	{ TCPSTATE_FIN_WAIT_1, VERDICT_OPEN, "FIN of %h unanswered for %d" },
	{ TCPSTATE_FIN_WAIT_2, VERDICT_OPEN,
	  "closed by %h, not by %p for %d" },
	{ TCPSTATE_CLOSE_WAIT, VERDICT_OPEN,
	  "closed by %p, not by %h for %d" },
	{ TCPSTATE_CLOSING, VERDICT_OPEN, "FIN of %h unanswered for %d" },
	{ TCPSTATE_LAST_ACK, VERDICT_OPEN, "FIN of %h unanswered for %d" },
	{ TCPSTATE_TIME_WAIT, VERDICT_CLEAN,
	  "closed by %c, cleanly; TIME_WAIT for %d" },
};

/* The words in the making */
struct words {
	char		*text;
	size_t		len;
};

static void put(struct words *words, const char *str)
{
	size_t len = strnlen(str, VERDICT_LEN - 1 - words->len);

	memcpy(words->text + words->len, str, len);
	words->len += len;
	words->text[words->len] = '\0';
}

static void put_end(struct words *words, enum side side, bool here)
{
	switch (side) {
	case SIDE_CLIENT:
		put(words, here ? "the client" : "the server");
		break;
	case SIDE_SERVER:
		put(words, here ? "the server" : "the client");
		break;
	default:
		put(words, here ? "this end" : "the peer");
	}
}

static void put_closer(struct words *words, const struct life *life)
{
	switch (life->closed_by) {
	case CLOSED_HERE:
	case CLOSED_THERE:
		put_end(words, life->side, life->closed_by == CLOSED_HERE);
		break;
	case CLOSED_HERE | CLOSED_THERE:
		put(words, "both at once");
		break;
	default:
		put(words, "one end");
	}
}

static void put_duration(struct words *words, __s64 ns)
{
	char text[DURATION_LEN] = "some time";

	if (ns >= 0)
		duration_in_words(text, ns);
	put(words, text);
}

static void put_error(struct words *words, __u16 error)
{
	const char *name = strerrorname_np(error);

	if (!error || !name)
		return;
	put(words, " (");
	put(words, name);
	put(words, ")");
}

static __s64 since(__u64 then, __u64 now)
{
	return then && now >= then ? (__s64)(now - then) : DWELL_UNKNOWN;
}

/* Time in the last state; of a listed socket at least since then */
static void put_dwell(struct words *words, const struct life *life, __u64 now)
{
	if (life->state == TCPSTATE_CLOSED) {
		put_duration(words, life->dwell);
	} else if (life->since) {
		put_duration(words, since(life->since, now));
	} else {
		put(words, "over ");
		put_duration(words, since(life->listed, now));
	}
}

static void put_owner(struct words *words, const struct life *life)
{
	char text[TASK_LEN];

	owner_format(text, life->owned, &life->owner);
	put(words, text);
}

/* What the letter after a % stands for */
static void put_fact(struct words *words, char letter, const struct life *life,
		     __u64 now)
{
	switch (letter) {
	case 'c':
		put_closer(words, life);
		break;
	case 'h':
	case 'p':
		put_end(words, life->side, letter == 'h');
		break;
	case 't':
		put_duration(words, since(life->born, life->since));
		break;
	case 'd':
		put_dwell(words, life, now);
		break;
	case 's':
		put(words, state_name(life->before));
		break;
	case 'e':
		put_error(words, life->err);
		break;
	case 'o':
		put_owner(words, life);
	}
}

static void put_words(struct words *words, const char *from,
		      const struct life *life, __u64 now)
{
	char one[2] = "";

	for (; *from; from++) {
		if (*from == '%') {
			put_fact(words, *++from, life, now);
			continue;
		}
		one[0] = *from;
		put(words, one);
	}
}

static const struct row *find_ending(const struct life *life)
{
	static const struct row unknown = {
		.kind	= VERDICT_UNKNOWN,
		.words	= "ended in %s after %t, it is not known why",
	};
	const struct row *row;

	for (row = endings; row < endings + ARRAY_SIZE(endings); row++)
		if (row->states & 1U << life->before &&
		    row->cause == life->cause &&
		    (row->detail == ANY || row->detail == life->detail))
			return row;
	return &unknown;
}

static enum verdict format_ending(struct words *words, const struct life *life,
				  __u64 now)
{
	const struct row *row = find_ending(life);

	put_words(words, row->words, life, now);
	return row->kind;
}

static enum verdict format_standing(struct words *words,
				    const struct life *life, __u64 now)
{
	__s64 age = since(life->since ? life->since : life->listed, now);
	size_t i;

	if (life->state == TCPSTATE_CLOSE_WAIT && age > VERDICT_LEAK) {
		put_words(words, "leaked: CLOSE_WAIT for %d, owner %o", life,
			  now);
		return VERDICT_LEAKED;
	}
	for (i = 0; i < ARRAY_SIZE(standings) - 1; i++)
		if (standings[i].state == life->state)
			break;
	put_words(words, standings[i].words, life, now);
	return standings[i].kind;
}

enum verdict verdict_format(char text[VERDICT_LEN], const struct life *life,
			    __u64 now)
{
	struct words words = { .text = text };
	enum verdict kind;

	if (life->state == TCPSTATE_CLOSED)
		kind = format_ending(&words, life, now);
	else
		kind = format_standing(&words, life, now);
	/* Who leaks for long, and is ended at last, leaked all the same. */
	if (life->close_wait > VERDICT_LEAK) {
		put(&words, "; CLOSE_WAIT for ");
		put_duration(&words, life->close_wait);
	}
	if (life->gap)
		put(&words, "; its beginning was lost");
	return kind;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICT_COUNT] = {
		[VERDICT_OPEN]		= "open",
		[VERDICT_CLEAN]		= "clean",
		[VERDICT_LISTENED]	= "listened",
		[VERDICT_REFUSED]	= "refused",
		[VERDICT_UNANSWERED]	= "unanswered",
		[VERDICT_RESET]		= "reset",
		[VERDICT_TIMEOUT]	= "timed out",
		[VERDICT_DROPPED]	= "dropped",
		[VERDICT_DESTROYED]	= "destroyed",
		[VERDICT_LEAKED]	= "leaked",
		[VERDICT_UNKNOWN]	= "unknown",
	};

	return names[verdict];
}
