// SPDX-License-Identifier: GPL-2.0
#include "model.h"

#include <assert.h>
#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "decode.h"
#include "hash.h"
#include "util.h"

#define uthash_fatal(message) errx(EXIT_FAILURE, "%s", message)
#define HASH_FUNCTION(key, len, hash) ((hash) = hash_words(key, len))
#include <uthash.h>

/* Keys are compared as bytes: no padding in them. */
struct conn_id {
	__u64 cookie;
	__u64 netns;
};

struct conn_ends {
	__u32			netns;
	struct tcpstate_flow	flow;
};

static_assert(sizeof(struct conn_ends) == 40, "conn_ends is padded");

struct conn {
	struct conn_id		id;
	struct conn_ends	ends;		/* as far as known */
	__u64			since;		/* when @state was entered, or 0 */
	__u64			listed;		/* when @state was listed, or 0 */
	__u64			stamp;		/* see struct seen */
	__u8			state;
	enum owned		owned;
	struct tcpstate_task	owner;
	bool			in_ends;	/* in model.by_ends */
	struct conn		*next_spare;
	UT_hash_handle		hh_id;
	UT_hash_handle		hh_ends;
};

/* They come and go at a rate at which malloc() would show. */
struct chunk {
	struct chunk		*next;
	struct conn		conns[64];
};

static inline struct conn *find_id(const struct model *model, __u64 cookie,
				   __u32 netns)
{
	struct conn_id id = { .cookie = cookie, .netns = netns };
	struct conn *conn;

	HASH_FIND(hh_id, model->by_id, &id, sizeof(id), conn);
	return conn;
}

static struct conn *find_ends(const struct model *model, __u32 netns,
			      const struct tcpstate_flow *flow)
{
	struct conn_ends ends = { .netns = netns, .flow = *flow };
	struct conn *conn;

	HASH_FIND(hh_ends, model->by_ends, &ends, sizeof(ends), conn);
	return conn;
}

static inline struct conn *find(const struct model *model,
				const struct tcpstate_head *head,
				const struct tcpstate_flow *flow)
{
	if (head->cookie)
		return find_id(model, head->cookie, head->netns);
	return find_ends(model, head->netns, flow);
}

static void add_spare(struct model *model, struct conn *conn)
{
	conn->next_spare = model->spare;
	model->spare = conn;
}

static void add_chunk(struct model *model)
{
	struct chunk *chunk = malloc(sizeof(*chunk));
	size_t i;

	if (!chunk)
		err(EXIT_FAILURE, "a connection more");
	chunk->next = model->chunks;
	model->chunks = chunk;
	for (i = 0; i < ARRAY_SIZE(chunk->conns); i++)
		add_spare(model, &chunk->conns[i]);
}

static struct conn *allocate(struct model *model)
{
	struct conn *conn;

	if (!model->spare)
		add_chunk(model);
	conn = model->spare;
	model->spare = conn->next_spare;
	memset(conn, 0, sizeof(*conn));
	return conn;
}

static struct conn *add(struct model *model, const struct tcpstate_head *head)
{
	struct conn *conn = allocate(model);

	conn->id.cookie = head->cookie;
	conn->id.netns = head->netns;
	conn->ends.netns = head->netns;
	HASH_ADD(hh_id, model->by_id, id, sizeof(conn->id), conn);
	return conn;
}

static void remove_ends(struct model *model, struct conn *conn)
{
	if (conn->in_ends)
		HASH_DELETE(hh_ends, model->by_ends, conn);
	conn->in_ends = false;
}

/* The newest connection between two ends is the one that segments are for. */
static void add_ends(struct model *model, struct conn *conn)
{
	struct conn *older;

	if (model->no_segments || !conn->ends.flow.lport ||
	    !conn->ends.flow.rport)
		return;
	older = find_ends(model, conn->ends.netns, &conn->ends.flow);
	if (older)
		remove_ends(model, older);
	HASH_ADD(hh_ends, model->by_ends, ends, sizeof(conn->ends), conn);
	conn->in_ends = true;
}

static void forget(struct model *model, struct conn *conn)
{
	remove_ends(model, conn);
	HASH_DELETE(hh_id, model->by_id, conn);
	add_spare(model, conn);
}

/* Fill in what @flow leaves open with what @known has. */
static void complete(struct tcpstate_flow *flow,
		     const struct tcpstate_flow *known)
{
	if (address_unspecified(flow->laddr))
		memcpy(flow->laddr, known->laddr, sizeof(flow->laddr));
	if (address_unspecified(flow->raddr))
		memcpy(flow->raddr, known->raddr, sizeof(flow->raddr));
	if (!flow->lport)
		flow->lport = known->lport;
	if (!flow->rport)
		flow->rport = known->rport;
}

/* @conn's ends are now @flow, which has been completed from them. */
static void learn(struct model *model, struct conn *conn,
		  const struct tcpstate_flow *flow)
{
	if (!memcmp(&conn->ends.flow, flow, sizeof(*flow)))
		return;
	remove_ends(model, conn);
	conn->ends.flow = *flow;
	add_ends(model, conn);
}

/* Where @conn stands after a record of which @seen is known. */
static void remember(struct model *model, struct conn *conn, struct seen *seen)
{
	if (seen->stamp)
		return;		/* as before */
	learn(model, conn, &seen->ends);
	conn->owned = seen->owned;
	conn->owner = seen->owner;
	conn->stamp = ++model->stamps;
	seen->stamp = conn->stamp;
}

static __s64 dwell(const struct conn *conn,
		   const struct tcpstate_transition *transition)
{
	__s64 time = transition->head.ts - conn->since;

	/* Another state means that an edge is missing in between. */
	if (conn->state != transition->old_state || !conn->since || time < 0)
		return DWELL_UNKNOWN;
	return time;
}

/* What @head and @flow say, and if their connection is known, what it adds. */
static inline struct conn *see(const struct model *model, struct seen *seen,
			       const struct tcpstate_head *head,
			       const struct tcpstate_flow *flow)
{
	struct conn *conn = find(model, head, flow);

	seen->dwell = DWELL_UNKNOWN;
	seen->gap = false;
	seen->left_out = false;
	seen->ends = *flow;
	if (!conn) {
		seen->conn = head->cookie;
		seen->stamp = 0;
		seen->owned = OWNED_UNKNOWN;
		memset(&seen->owner, 0, sizeof(seen->owner));
		return NULL;
	}
	seen->conn = conn->id.cookie;
	seen->stamp = conn->stamp;
	seen->owned = conn->owned;
	seen->owner = conn->owner;
	if (memcmp(flow, &conn->ends.flow, sizeof(*flow))) {
		complete(&seen->ends, &conn->ends.flow);
		seen->stamp = 0;
	}
	return conn;
}

static void own(struct seen *seen, enum owned owned,
		const struct tcpstate_task *owner)
{
	if (seen->owned == owned &&
	    !memcmp(&seen->owner, owner, sizeof(*owner)))
		return;
	seen->owned = owned;
	seen->owner = *owner;
	seen->stamp = 0;
}

/* A request belongs to whoever listens, until somebody accepts it. */
static void inherit(const struct model *model, struct seen *seen,
		    const struct tcpstate_transition *transition)
{
	const struct conn *conn;

	if (!(transition->head.flags & TCPSTATE_F_REQ))
		return;
	conn = find_id(model, transition->listener, transition->head.netns);
	if (conn)
		own(seen, conn->owned, &conn->owner);
}

/* Who acts owns the socket; what is the kernel's own is so whoever acts. */
static inline void claim(struct seen *seen, const struct tcpstate_head *head,
			 const struct tcpstate_task *task)
{
	if (head->flags & TCPSTATE_F_KERN)
		own(seen, OWNED_KERNEL, &seen->owner);
	else if (head->flags & TCPSTATE_F_TASK)
		own(seen, OWNED_TASK, task);
}

static void enter(struct conn *conn, __u8 state, __u64 since)
{
	conn->state = state;
	conn->since = since;
	conn->listed = 0;
}

void model_transition(struct model *model,
		      const struct tcpstate_transition *transition,
		      struct seen *seen)
{
	const struct tcpstate_head *head = &transition->head;
	struct conn *conn = see(model, seen, head, &transition->flow);

	if (conn) {
		seen->dwell = dwell(conn, transition);
	} else if (head->cookie) {
		seen->gap = model->lost && !is_birth(transition);
		conn = add(model, head);
	}
	inherit(model, seen, transition);
	claim(seen, head, &transition->task);
	if (!conn)
		return;

	remember(model, conn, seen);
	enter(conn, transition->new_state, head->ts);
	if (transition->new_state == TCPSTATE_CLOSED)
		forget(model, conn);
}

/* A listener's cookie comes with many a remote end: not its own. */
static void remember_own(struct model *model, struct conn *conn,
			 struct seen *seen)
{
	if (conn && conn->state != TCPSTATE_LISTEN)
		remember(model, conn, seen);
}

void model_segment(struct model *model, const struct tcpstate_segment *segment,
		   struct seen *seen)
{
	struct conn *conn = see(model, seen, &segment->head, &segment->flow);

	remember_own(model, conn, seen);
}

void model_note(struct model *model, const struct tcpstate_note *note,
		struct seen *seen)
{
	struct conn *conn = see(model, seen, &note->head, &note->flow);

	if (note->what == TCPSTATE_ACCEPTED)
		claim(seen, &note->head, &note->task);
	remember_own(model, conn, seen);
}

void model_socket(struct model *model, const struct tcpstate_socket *socket,
		  struct seen *seen)
{
	const struct tcpstate_head *head = &socket->head;
	struct conn *conn = see(model, seen, head, &socket->flow);

	claim(seen, head, &socket->task);
	/* No edge would end the time of one that is closed. */
	if (!conn && head->cookie && socket->state != TCPSTATE_CLOSED)
		conn = add(model, head);
	if (!conn)
		return;
	remember(model, conn, seen);
	if (conn->state != socket->state)
		enter(conn, socket->state, 0);
	conn->listed = head->ts;
}

void model_leave_out(struct model *model, const struct tcpstate_head *head,
		     __u8 state, struct seen *seen)
{
	struct conn *conn;

	if (!model->flow || state == TCPSTATE_LISTEN ||
	    state == TCPSTATE_SYN_SENT)
		return;
	seen->left_out = true;
	conn = find_id(model, head->cookie, head->netns);
	if (conn)
		forget(model, conn);
}

void model_lost(struct model *model, __u64 ts)
{
	struct conn *conn, *next;

	model->lost = true;
	HASH_ITER(hh_id, model->by_id, conn, next)
		if (conn->listed <= ts)
			forget(model, conn);
}

void model_reset(struct model *model)
{
	struct chunk *chunk;

	HASH_CLEAR(hh_ends, model->by_ends);
	HASH_CLEAR(hh_id, model->by_id);
	while ((chunk = model->chunks)) {
		model->chunks = chunk->next;
		free(chunk);
	}
	model->spare = NULL;
	model->lost = false;
}

unsigned int model_size(const struct model *model)
{
	return HASH_CNT(hh_id, model->by_id);
}
