// SPDX-License-Identifier: GPL-2.0
#include "listing.h"

#include <err.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define uthash_fatal(message) errx(EXIT_FAILURE, "%s", message)
#include <uthash.h>

#include "clock.h"
#include "decode.h"
#include "holders.h"
#include "netns.h"
#include "util.h"

/* How often to ask, the answers being inconsistent as the kernel says. */
#define TRIES 5

/* What an edge's flags tell of the socket. */
#define SOCKET_FLAGS (TCPSTATE_F_IPV6 | TCPSTATE_F_KERN | TCPSTATE_F_MPTCP)

/* The key is compared as bytes: no padding in it. */
struct listed_id {
	__u64 cookie;
	__u64 netns;
};

struct listed {
	struct listed_id	id;
	struct tcpstate_socket	record;	/* as it was seen */
	__u32			inode;
	__u8			state;	/* as it is to be listed */
	bool			seen;	/* by the kernel's list; else known */
					/* by its edges in the stream only */
	bool			met;	/* it has an edge in the stream, */
	bool			born;	/* which was its birth */
	bool			late;	/* its place is behind the last loss */
	UT_hash_handle		hh;
};

static struct listed *find(const struct listing *listing, __u64 cookie,
			   __u32 netns)
{
	struct listed_id id = { .cookie = cookie, .netns = netns };
	struct listed *listed;

	HASH_FIND(hh, listing->by_id, &id, sizeof(id), listed);
	return listed;
}

static struct listed *add(struct listing *listing, __u64 cookie, __u32 netns)
{
	struct listed *listed = calloc(1, sizeof(*listed));
	struct tcpstate_head *head;

	if (!listed)
		err(EXIT_FAILURE, "a socket more");
	listed->id.cookie = cookie;
	listed->id.netns = netns;
	head = &listed->record.head;
	head->ts = listing->begun;
	head->cookie = cookie;
	head->netns = netns;
	head->kind = TCPSTATE_SOCKET;
	HASH_ADD(hh, listing->by_id, id, sizeof(listed->id), listed);
	return listed;
}

static void forget(struct listing *listing, struct listed *listed)
{
	HASH_DELETE(hh, listing->by_id, listed);
	free(listed);
}

void listing_add(struct listing *listing, const struct diag_socket *socket)
{
	struct listed *listed = find(listing, socket->cookie, listing->netns);
	struct tcpstate_socket *record;

	if (listed)
		return;
	listed = add(listing, socket->cookie, listing->netns);
	listed->seen = true;
	listed->inode = socket->inode;
	listed->state = socket->state;
	record = &listed->record;
	if (socket->ipv6)
		record->head.flags |= TCPSTATE_F_IPV6;
	if (socket->mptcp)
		record->head.flags |= TCPSTATE_F_MPTCP;
	record->flow = socket->flow;
	record->state = socket->state;
	record->task.uid = socket->uid;
}

static void take(void *arg, const struct diag_socket *socket)
{
	listing_add(arg, socket);
}

/* Return: 0 or -errno. */
static int list_family(struct listing *listing, int fd, int family)
{
	bool again = false;
	int try, error;

	for (try = 0; try < TRIES; try++) {
		struct diag_answer answer = { .take = take, .arg = listing };

		error = diag_ask(fd, family, &answer);
		/* What ends an answer may be a part of its own. */
		if (error || (!answer.interrupted && (again || answer.parts <= 2)))
			return error;
		again = !answer.interrupted;
	}
	return -EAGAIN;
}

static void list_netns(void *arg, __u32 netns, const char *file)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct listing *listing = arg;
	int fd = diag_open();
	int error = 0;
	size_t i;

	listing->netns = netns;
	if (fd < 0) {
		warn("%s: sockets are not listed: sock_diag", file);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(families) && !error; i++)
		error = list_family(listing, fd, families[i]);
	if (error)
		warnx("%s: not all sockets are listed: sock_diag: %s", file,
		      strerror(-error));
	close(fd);
}

static int by_inode(const void *a, const void *b)
{
	const struct holder *one = a, *other = b;

	return (one->inode > other->inode) - (one->inode < other->inode);
}

/* Return: one for each inode, sorted; several subflows of MPTCP may share it. */
static struct holder *collect_inodes(const struct listing *listing,
				     size_t *count)
{
	struct holder *holders = calloc(HASH_COUNT(listing->by_id) + 1,
					sizeof(*holders));
	struct listed *listed;
	size_t n = 0, i;

	if (!holders)
		err(EXIT_FAILURE, "sockets' owners");
	for (listed = listing->by_id; listed; listed = listed->hh.next)
		if (listed->inode)
			holders[n++].inode = listed->inode;
	qsort(holders, n, sizeof(*holders), by_inode);
	for (*count = 0, i = 0; i < n; i++)
		if (!i || holders[i].inode != holders[*count - 1].inode)
			holders[(*count)++].inode = holders[i].inode;
	return holders;
}

static void set_owner(struct listed *listed, const struct holder *holder)
{
	struct tcpstate_task *task = &listed->record.task;

	if (!holder || !holder->task.pid) {
		memset(task, 0, sizeof(*task));
		return;
	}
	listed->record.head.flags |= TCPSTATE_F_TASK;
	task->pid = holder->task.pid;
	memcpy(task->comm, holder->task.comm, sizeof(task->comm));
}

void listing_find_owners(struct listing *listing)
{
	size_t count;
	struct holder *holders = collect_inodes(listing, &count);
	struct listed *listed;

	holders_find(holders, count);
	for (listed = listing->by_id; listed; listed = listed->hh.next)
		set_owner(listed, holders_get(holders, count, listed->inode));
	free(holders);
}

__u64 listing_make(struct listing *listing)
{
	listing->begun = clock_monotonic();
	netns_each(list_netns, listing);
	/* Where it is not to be had we can but hope that no CPU was so slow. */
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	return clock_monotonic();
}

static struct listed *add_unseen(struct listing *listing,
				 const struct tcpstate_transition *edge)
{
	struct listed *listed = add(listing, edge->head.cookie,
				    edge->head.netns);

	listed->record.head.flags = edge->head.flags & SOCKET_FLAGS;
	listed->record.flow = edge->flow;
	listed->late = listing->place > 1;
	return listed;
}

static void meet_first_edge(struct listed *listed,
			    const struct tcpstate_transition *edge)
{
	listed->met = true;
	listed->born = is_birth(edge);
	listed->state = edge->old_state;
}

static void meet_edge(struct listing *listing,
		      const struct tcpstate_transition *edge)
{
	struct listed *listed = find(listing, edge->head.cookie,
				     edge->head.netns);

	if (!edge->head.cookie)
		return;
	if (!listed)
		listed = add_unseen(listing, edge);
	if (!listed->met)
		meet_first_edge(listed, edge);
	/* It was not there when the list was begun, or not any more. */
	if (edge->new_state == TCPSTATE_CLOSED && !listed->seen &&
	    (listed->born || edge->head.ts <= listing->begun))
		forget(listing, listed);
}

static void meet_loss(struct listing *listing)
{
	struct listed *listed, *next;

	HASH_ITER(hh, listing->by_id, listed, next) {
		if (!listed->seen) {
			forget(listing, listed);
			continue;
		}
		listed->late |= listed->met;
		listed->met = false;
		listed->born = false;
		listed->state = listed->record.state;
	}
}

static void compare_record(struct listing *listing,
			   const union tcpstate_record *record, size_t i)
{
	if (record->head.kind == TCPSTATE_TRANSITION) {
		meet_edge(listing, &record->transition);
	} else if (record->head.kind == TCPSTATE_LOST) {
		if (record->head.ts > listing->begun) {
			listing->lost = true;
		} else {
			meet_loss(listing);
			listing->place = i + 1;
		}
	}
}

void listing_compare(struct listing *listing, const unsigned char *stream,
		     size_t count)
{
	union tcpstate_record record;
	size_t i;

	listing->place = 1;
	for (i = 1; i < count; i++) {
		memcpy(&record, stream + i * sizeof(record), sizeof(record));
		if (decode(&record) == DECODED)
			compare_record(listing, &record, i);
	}
}

/* In other states, it may be one that nobody has accepted yet. */
static bool is_orphan(const struct listed *listed)
{
	switch (listed->state) {
	case TCPSTATE_FIN_WAIT_1:
	case TCPSTATE_FIN_WAIT_2:
	case TCPSTATE_CLOSING:
	case TCPSTATE_LAST_ACK:
		return listed->seen && !listed->inode;
	}
	return false;
}

union tcpstate_record *listing_write(const struct listing *listing, bool late,
				     size_t *count)
{
	union tcpstate_record *records;
	struct listed *listed;

	*count = 0;
	records = calloc(HASH_COUNT(listing->by_id) + 1, sizeof(*records));
	if (!records)
		err(EXIT_FAILURE, "the list of sockets");
	for (listed = listing->by_id; listed; listed = listed->hh.next) {
		if (listed->born || listed->late != late)
			continue;
		records[*count].socket = listed->record;
		records[*count].socket.state = listed->state;
		records[(*count)++].socket.orphan = is_orphan(listed);
	}
	return records;
}

void listing_free(struct listing *listing)
{
	struct listed *listed, *next;

	HASH_ITER(hh, listing->by_id, listed, next)
		forget(listing, listed);
	listing->lost = false;
}
