// SPDX-License-Identifier: GPL-2.0
#include "model.h"

#include <assert.h>
#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define uthash_fatal(message) errx(EXIT_FAILURE, "%s", message)
#include <uthash.h>

#include "address.h"

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
	__u64			since;		/* when @state was entered */
	__u8			state;
	bool			in_ends;	/* in model.by_ends */
	UT_hash_handle		hh_id;
	UT_hash_handle		hh_ends;
};

static struct conn *find_id(const struct model *model,
			    const struct tcpstate_head *head)
{
	struct conn_id id = { .cookie = head->cookie, .netns = head->netns };
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

static struct conn *find(const struct model *model,
			 const struct tcpstate_head *head,
			 const struct tcpstate_flow *flow)
{
	if (head->cookie)
		return find_id(model, head);
	return find_ends(model, head->netns, flow);
}

static struct conn *add(struct model *model, const struct tcpstate_head *head)
{
	struct conn *conn = calloc(1, sizeof(*conn));

	if (!conn)
		err(EXIT_FAILURE, "a connection more");
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

	if (!conn->ends.flow.lport || !conn->ends.flow.rport)
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
	free(conn);
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

static __s64 dwell(const struct conn *conn,
		   const struct tcpstate_transition *transition)
{
	__s64 time = transition->head.ts - conn->since;

	/* Another state means that an edge is missing in between. */
	if (conn->state != transition->old_state || time < 0)
		return DWELL_UNKNOWN;
	return time;
}

/* What @head and @flow say, for a connection of which nothing is known. */
static void see_alone(struct seen *seen, const struct tcpstate_head *head,
		      const struct tcpstate_flow *flow)
{
	seen->conn = head->cookie;
	seen->dwell = DWELL_UNKNOWN;
	seen->ends = *flow;
}

void model_transition(struct model *model,
		      const struct tcpstate_transition *transition,
		      struct seen *seen)
{
	const struct tcpstate_head *head = &transition->head;
	struct conn *conn = find(model, head, &transition->flow);

	see_alone(seen, head, &transition->flow);
	if (conn) {
		seen->conn = conn->id.cookie;
		seen->dwell = dwell(conn, transition);
		complete(&seen->ends, &conn->ends.flow);
	} else if (head->cookie) {
		conn = add(model, head);
	}
	if (!conn)
		return;

	learn(model, conn, &seen->ends);
	conn->state = transition->new_state;
	conn->since = head->ts;
	if (transition->new_state == TCPSTATE_CLOSED)
		forget(model, conn);
}

void model_segment(struct model *model, const struct tcpstate_segment *segment,
		   struct seen *seen)
{
	struct conn *conn = find(model, &segment->head, &segment->flow);

	see_alone(seen, &segment->head, &segment->flow);
	if (!conn)
		return;
	seen->conn = conn->id.cookie;
	complete(&seen->ends, &conn->ends.flow);
	/* A listener's cookie comes with many a remote end: not its own. */
	if (conn->state != TCPSTATE_LISTEN)
		learn(model, conn, &seen->ends);
}

void model_note(struct model *model, const struct tcpstate_note *note,
		struct seen *seen)
{
	struct conn *conn = find(model, &note->head, &note->flow);

	see_alone(seen, &note->head, &note->flow);
	if (!conn)
		return;
	seen->conn = conn->id.cookie;
	complete(&seen->ends, &conn->ends.flow);
	learn(model, conn, &seen->ends);
}

void model_socket(struct model *model, const struct tcpstate_socket *socket,
		  struct seen *seen)
{
	(void)model;
	see_alone(seen, &socket->head, &socket->flow);
}

void model_reset(struct model *model)
{
	struct conn *conn, *next;

	HASH_CLEAR(hh_ends, model->by_ends);
	HASH_ITER(hh_id, model->by_id, conn, next) {
		HASH_DELETE(hh_id, model->by_id, conn);
		free(conn);
	}
}

unsigned int model_size(const struct model *model)
{
	return HASH_CNT(hh_id, model->by_id);
}
