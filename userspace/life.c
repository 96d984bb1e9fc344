// SPDX-License-Identifier: GPL-2.0
#include "life.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>

#include "hash.h"

#define uthash_fatal(message) errx(EXIT_FAILURE, "%s", message)
#define HASH_FUNCTION(key, len, hash) ((hash) = hash_words(key, len))
#include <uthash.h>

#include "array.h"

/* Compared as bytes: no padding in it. */
struct life_key {
	__u64 conn;
	__u64 netns;
};

struct lived {
	struct life_key	key;
	struct life	life;
	UT_hash_handle	hh;
};

static struct lived *find(const struct lives *lives, __u64 conn, __u32 netns)
{
	struct life_key key = { .conn = conn, .netns = netns };
	struct lived *lived;

	HASH_FIND(hh, lives->by_id, &key, sizeof(key), lived);
	return lived;
}

static struct lived *add(struct lives *lives, __u64 conn, __u32 netns)
{
	struct lived *lived = array_zeroed(1, sizeof(*lived));

	lived->key.conn = conn;
	lived->key.netns = netns;
	lived->life.conn = conn;
	lived->life.netns = netns;
	lived->life.before = TCPSTATE_CLOSED;
	lived->life.dwell = DWELL_UNKNOWN;
	HASH_ADD(hh, lives->by_id, key, sizeof(lived->key), lived);
	return lived;
}

static void forget(struct lives *lives, struct lived *lived)
{
	HASH_DELETE(hh, lives->by_id, lived);
	free(lived);
}

static void learn(struct life *life, const struct tcpstate_head *head,
		  const struct seen *seen)
{
	life->flags |= head->flags;
	life->ends = seen->ends;
	life->owned = seen->owned;
	life->owner = seen->owner;
}

/* Where an edge leaves no doubt about who opens */
static void open_up(struct life *life,
		    const struct tcpstate_transition *transition)
{
	__u8 new_state = transition->new_state;

	switch (transition->old_state) {
	case TCPSTATE_CLOSED:
		life->side = new_state == TCPSTATE_LISTEN ? SIDE_LISTENER :
							    SIDE_CLIENT;
		life->born = transition->head.ts;
		break;
	case TCPSTATE_LISTEN:
		life->side = SIDE_LISTENER;
		if (new_state != TCPSTATE_SYN_RCVD)
			break;
		life->side = SIDE_SERVER;
		life->born = transition->head.ts;
		break;
	case TCPSTATE_SYN_SENT:
		life->side = new_state == TCPSTATE_SYN_RCVD ? SIDE_BOTH :
							      SIDE_CLIENT;
		break;
	}
	if (new_state == TCPSTATE_ESTABLISHED)
		life->established = transition->head.ts;
}

/* Of one that was listed there, it is the time since then, at the least. */
static __u64 time_in_close_wait(const struct life *life, __u64 now, __s64 dwell)
{
	if (dwell >= 0)
		return dwell;
	return life->listed && life->listed < now ? now - life->listed : 0;
}

static void close_down(struct life *life,
		       const struct tcpstate_transition *transition)
{
	switch (transition->new_state) {
	case TCPSTATE_FIN_WAIT_1:
		life->orphan = transition->detail == TCPSTATE_CLOSE ||
			       transition->detail == TCPSTATE_EXIT;
		life->closed_by = CLOSED_HERE;
		break;
	case TCPSTATE_FIN_WAIT_2:
		life->closed_by = CLOSED_HERE;
		break;
	case TCPSTATE_CLOSE_WAIT:
	case TCPSTATE_LAST_ACK:
		life->closed_by = CLOSED_THERE;
		break;
	case TCPSTATE_CLOSING:
		life->closed_by = CLOSED_HERE | CLOSED_THERE;
		break;
	case TCPSTATE_TIME_WAIT:
	case TCPSTATE_CLOSED:
		if (!life->over)
			life->over = transition->head.ts;
	}
}

/* One less for each of SYN and FIN that the kernel counts as data. */
static __u64 less(__u64 bytes, unsigned int controls)
{
	return bytes > controls ? bytes - controls : 0;
}

/* Whether the peer has acknowledged our FIN */
static bool fin_is_acked(const struct tcpstate_transition *transition)
{
	return transition->new_state == TCPSTATE_FIN_WAIT_2 ||
	       transition->new_state == TCPSTATE_TIME_WAIT ||
	       transition->old_state == TCPSTATE_FIN_WAIT_2 ||
	       transition->detail == TCPSTATE_TW_BUCKETS ||
	       (transition->old_state == TCPSTATE_LAST_ACK &&
		transition->cause == TCPSTATE_SEGMENT_IN);
}

/* Whether its FIN has come; or an orphan has no bucket to wait for it in */
static bool fin_has_come(const struct life *life,
			 const struct tcpstate_transition *transition)
{
	switch (transition->old_state) {
	case TCPSTATE_CLOSE_WAIT:
	case TCPSTATE_LAST_ACK:
	case TCPSTATE_CLOSING:
		return true;
	}
	switch (transition->detail) {
	case TCPSTATE_IN_FIN:
	case TCPSTATE_IN_FIN_ACK:
		return true;
	case TCPSTATE_TW_BUCKETS:
		return transition->old_state == TCPSTATE_FIN_WAIT_1 ||
		       !life->orphan;
	}
	return false;
}

static void count(struct life *life,
		  const struct tcpstate_transition *transition)
{
	bool syn = life->side == SIDE_CLIENT || life->side == SIDE_BOTH;

	if (transition->retrans > life->retrans)
		life->retrans = transition->retrans;
	/* Where the bytes would be there is the listener. */
	if (!(transition->head.flags & TCPSTATE_F_FULL) ||
	    transition->head.flags & TCPSTATE_F_REQ)
		return;
	life->err = transition->sk_err;
	life->received = less(transition->bytes_received,
			      fin_has_come(life, transition));
	life->acked = less(transition->bytes_acked,
			   syn + fin_is_acked(transition));
}

const struct life *lives_transition(struct lives *lives,
				    const struct tcpstate_transition *transition,
				    const struct seen *seen)
{
	const struct tcpstate_head *head = &transition->head;
	struct lived *lived = find(lives, seen->conn, head->netns);
	struct life *life;

	if (!lived)
		lived = add(lives, seen->conn, head->netns);
	life = &lived->life;
	learn(life, head, seen);
	if (transition->old_state == TCPSTATE_CLOSE_WAIT)
		life->close_wait = time_in_close_wait(life, head->ts,
						      seen->dwell);
	life->before = transition->old_state;
	life->state = transition->new_state;
	life->cause = transition->cause;
	life->detail = transition->detail;
	life->dwell = seen->dwell;
	life->since = head->ts;
	life->listed = 0;
	life->err = 0;
	life->gap |= seen->gap;
	open_up(life, transition);
	close_down(life, transition);
	count(life, transition);
	/* Without a cookie, no later edge can be told to belong to it. */
	if (life->conn && life->state != TCPSTATE_CLOSED)
		return life;
	lives->last = *life;
	forget(lives, lived);
	return &lives->last;
}

const struct life *lives_unwanted(struct lives *lives,
				  const struct tcpstate_transition *transition,
				  const struct seen *seen)
{
	struct lived *lived = find(lives, seen->conn, transition->head.netns);

	if (!lived)
		return NULL;
	if (!seen->left_out)
		return lives_transition(lives, transition, seen);
	forget(lives, lived);
	return NULL;
}

void lives_note(struct lives *lives, const struct tcpstate_note *note,
		const struct seen *seen)
{
	struct lived *lived = find(lives, seen->conn, note->head.netns);

	/*
	 * It may have been closed before it was accepted; a listener's has the
	 * ends of somebody else.
	 */
	if (lived && lived->life.state != TCPSTATE_LISTEN)
		learn(&lived->life, &note->head, seen);
}

void lives_socket(struct lives *lives, const struct tcpstate_socket *socket,
		  const struct seen *seen)
{
	const struct tcpstate_head *head = &socket->head;
	struct lived *lived = find(lives, seen->conn, head->netns);

	if (!seen->conn || socket->state == TCPSTATE_CLOSED)
		return;
	if (!lived)
		lived = add(lives, seen->conn, head->netns);
	learn(&lived->life, head, seen);
	if (socket->state == TCPSTATE_LISTEN)
		lived->life.side = SIDE_LISTENER;
	if (lived->life.state != socket->state)
		lived->life.since = 0;
	lived->life.state = socket->state;
	/* That it was shut down before it was closed no edge tells. */
	lived->life.orphan |= socket->orphan;
	lived->life.listed = head->ts;
}

void lives_each(const struct lives *lives,
		void (*visit)(void *arg, const struct life *life), void *arg)
{
	const struct lived *lived;

	for (lived = lives->by_id; lived; lived = lived->hh.next)
		visit(arg, &lived->life);
}

void lives_lost(struct lives *lives, __u64 ts,
		void (*visit)(void *arg, const struct life *life), void *arg)
{
	struct lived *lived, *next;

	HASH_ITER(hh, lives->by_id, lived, next) {
		if (lived->life.listed > ts)
			continue;
		if (visit)
			visit(arg, &lived->life);
		forget(lives, lived);
	}
}

void lives_reset(struct lives *lives)
{
	lives_lost(lives, ~0ULL, NULL, NULL);
}
