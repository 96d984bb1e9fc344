/* SPDX-License-Identifier: GPL-2.0 */
/* What became of a connection, in plain words. */
#ifndef TCPSTATE_VERDICT_H
#define TCPSTATE_VERDICT_H

#include "life.h"

/* What verdict_format() needs, with a NUL. */
#define VERDICT_LEN 160

/* In CLOSE_WAIT for longer than this, in ns, an owner is taken to leak sockets. */
#define VERDICT_LEAK (60 * 1000000000LL)

/**
 * enum verdict - of which kind that is
 * @VERDICT_OPEN: it goes on
 * @VERDICT_CLEAN: both ends closed it
 * @VERDICT_LISTENED: it was a listener
 * @VERDICT_REFUSED: it never came about, by somebody's decision
 * @VERDICT_UNANSWERED: it never came about, as a SYN or SYN-ACK got no answer
 * @VERDICT_RESET: one end broke it off
 * @VERDICT_TIMEOUT: the other end did not answer any more
 * @VERDICT_DROPPED: for want of memory, room or a way to the other end
 * @VERDICT_DESTROYED: from outside, or with its network namespace
 * @VERDICT_LEAKED: its owner forgot to close it
 * @VERDICT_UNKNOWN: no record tells
 */
enum verdict {
	VERDICT_OPEN,
	VERDICT_CLEAN,
	VERDICT_LISTENED,
	VERDICT_REFUSED,
	VERDICT_UNANSWERED,
	VERDICT_RESET,
	VERDICT_TIMEOUT,
	VERDICT_DROPPED,
	VERDICT_DESTROYED,
	VERDICT_LEAKED,
	VERDICT_UNKNOWN,
	VERDICT_COUNT,
};

/**
 * verdict_format - tell what became of a connection
 * @text: where to write the words
 * @life: the connection; if its state is CLOSED, that was its end
 * @now: what time it is, as in struct tcpstate_head, if it has not ended
 *
 * Return: of which kind it is.
 */
enum verdict verdict_format(char text[VERDICT_LEN], const struct life *life,
			    __u64 now);

/**
 * verdict_name - name of a kind
 * @verdict: below VERDICT_COUNT
 *
 * Return: "timed out" for VERDICT_TIMEOUT.
 */
const char *verdict_name(enum verdict verdict);

#endif /* TCPSTATE_VERDICT_H */
