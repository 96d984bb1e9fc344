// SPDX-License-Identifier: GPL-2.0
#include "expect_story.h"

#include <err.h>
#include <stdlib.h>

#define uthash_fatal(message) errx(EXIT_FAILURE, "%s", message)
#include <uthash.h>

#include "array.h"

/* Compared as bytes: no padding in it. */
struct live_key {
	__u64 conn;
	__u64 netns;
};

struct story_live {
	struct live_key	key;
	struct story	*story;
	UT_hash_handle	hh;
};

static struct story_live *find(const struct stories *stories, __u64 conn,
			       __u32 netns)
{
	struct live_key key = { .conn = conn, .netns = netns };
	struct story_live *live;

	HASH_FIND(hh, stories->live, &key, sizeof(key), live);
	return live;
}

static void forget(struct stories *stories, struct story_live *live)
{
	HASH_DELETE(hh, stories->live, live);
	free(live);
}

static void add_live(struct stories *stories, struct story *story)
{
	struct story_live *live = array_zeroed(1, sizeof(*live));

	live->key.conn = story->conn;
	live->key.netns = story->netns;
	live->story = story;
	HASH_ADD(hh, stories->live, key, sizeof(live->key), live);
}

static void add_event(struct story *story, __u8 state, __u8 cause, __u8 detail)
{
	story->events = array_room(story->events, story->count,
				   sizeof(*story->events));
	story->events[story->count++] = (struct event){ state, cause, detail };
}

static __u8 last_state(const struct story *story)
{
	return story->events[story->count - 1].state;
}

/* Without a cookie, no later record can be told to belong to it. */
static struct story *begin(struct stories *stories, __u64 conn, __u32 netns,
			   __u8 state)
{
	struct story *story = array_zeroed(1, sizeof(*story));

	story->conn = conn;
	story->netns = netns;
	add_event(story, state, EVENT_BEGAN, 0);
	stories->all = array_room(stories->all, stories->count,
				  sizeof(*stories->all));
	stories->all[stories->count++] = story;
	if (conn)
		add_live(stories, story);
	return story;
}

/* The story of a connection that is now in @state. */
static struct story *tell(struct stories *stories,
			  const struct tcpstate_head *head,
			  const struct seen *seen, __u8 state)
{
	struct story_live *live = find(stories, seen->conn, head->netns);
	struct story *story;

	if (!live)
		return begin(stories, seen->conn, head->netns, state);
	story = live->story;
	if (last_state(story) != state)
		add_event(story, state, EVENT_GAP, 0);
	return story;
}

static void learn(struct story *story, const struct tcpstate_head *head,
		  const struct seen *seen)
{
	story->flags |= head->flags;
	story->ends = seen->ends;
	story->owned = seen->owned;
	story->owner = seen->owner;
}

void stories_transition(struct stories *stories,
			const struct tcpstate_transition *transition,
			const struct seen *seen)
{
	const struct tcpstate_head *head = &transition->head;
	struct story *story = tell(stories, head, seen, transition->old_state);
	struct story_live *live = find(stories, seen->conn, head->netns);

	learn(story, head, seen);
	add_event(story, transition->new_state, transition->cause,
		  transition->detail);
	if (transition->new_state == TCPSTATE_CLOSED && live)
		forget(stories, live);
}

static void restarted(struct stories *stories, const struct tcpstate_note *note,
		      const struct seen *seen)
{
	struct story *story = tell(stories, &note->head, seen,
				   TCPSTATE_TIME_WAIT);

	learn(story, &note->head, seen);
	add_event(story, TCPSTATE_TIME_WAIT, TCPSTATE_SEGMENT_IN, note->detail);
}

/* One that was closed before it was accepted has no story any more. */
static void accepted(struct stories *stories, const struct tcpstate_note *note,
		     const struct seen *seen)
{
	struct story_live *live = find(stories, seen->conn, note->head.netns);

	if (live)
		learn(live->story, &note->head, seen);
}

void stories_note(struct stories *stories, const struct tcpstate_note *note,
		  const struct seen *seen)
{
	switch (note->what) {
	case TCPSTATE_ACCEPTED:
		accepted(stories, note, seen);
		break;
	case TCPSTATE_RESTARTED:
		restarted(stories, note, seen);
		break;
	}
}

void stories_socket(struct stories *stories,
		    const struct tcpstate_socket *socket,
		    const struct seen *seen)
{
	learn(tell(stories, &socket->head, seen, socket->state), &socket->head,
	      seen);
}

void stories_end(struct stories *stories)
{
	struct story_live *live, *next;

	HASH_ITER(hh, stories->live, live, next)
		forget(stories, live);
}

void stories_free(struct stories *stories)
{
	size_t i;

	stories_end(stories);
	for (i = 0; i < stories->count; i++) {
		free(stories->all[i]->events);
		free(stories->all[i]);
	}
	free(stories->all);
	*stories = (struct stories){ 0 };
}
