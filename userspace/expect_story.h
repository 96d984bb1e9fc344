/* SPDX-License-Identifier: GPL-2.0 */
/* What each connection of a trace went through, from its records. */
#ifndef TCPSTATE_EXPECT_STORY_H
#define TCPSTATE_EXPECT_STORY_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <tcpstate.h>

#include "model.h"

/* What an event has for a cause that is no enum tcpstate_cause. */
enum {
	EVENT_BEGAN	= 0xff,	/* the first: in this state from the beginning */
	EVENT_GAP	= 0xfe,	/* no record tells of the way to this state */
};

/**
 * struct event - an edge of a story
 * @state: enum tcpstate_state after it
 * @cause: enum tcpstate_cause, or one of the above
 * @detail: enum tcpstate_detail
 */
struct event {
	__u8	state;
	__u8	cause;
	__u8	detail;
};

/**
 * struct story - all that a connection went through
 * @conn: its cookie, 0 if that is not known
 * @netns: inode number of its network namespace
 * @flags: all TCPSTATE_F_* that any of its records had
 * @ends: its ends, as far as they were ever known
 * @owned: what kind of owner it had in the end
 * @owner: which process, with OWNED_TASK
 * @events: its edges; the first is EVENT_BEGAN, and no other one is
 * @count: how many events
 */
struct story {
	__u64			conn;
	__u32			netns;
	__u8			flags;
	struct tcpstate_flow	ends;
	enum owned		owned;
	struct tcpstate_task	owner;
	struct event		*events;
	size_t			count;
};

struct story_live;

/**
 * struct stories - those of all connections; all zero is none
 * @all: in the order in which they begin
 * @count: how many
 * @live: those that have not ended, by connection
 */
struct stories {
	struct story		**all;
	size_t			count;
	struct story_live	*live;
};

/**
 * stories_transition - add an edge
 * @stories: the stories
 * @transition: the edge
 * @seen: what the model knows of it
 */
void stories_transition(struct stories *stories,
			const struct tcpstate_transition *transition,
			const struct seen *seen);

/**
 * stories_note - add what happened besides
 * @stories: the stories
 * @note: what happened
 * @seen: what the model knows of it
 */
void stories_note(struct stories *stories, const struct tcpstate_note *note,
		  const struct seen *seen);

/**
 * stories_socket - add a socket that was there before
 * @stories: the stories
 * @socket: the socket
 * @seen: what the model knows of it
 */
void stories_socket(struct stories *stories,
		    const struct tcpstate_socket *socket,
		    const struct seen *seen);

/**
 * stories_end - end all stories, as another trace begins
 * @stories: the stories, which remain
 */
void stories_end(struct stories *stories);

/**
 * stories_free - free all
 * @stories: the stories; none afterwards
 */
void stories_free(struct stories *stories);

#endif /* TCPSTATE_EXPECT_STORY_H */
