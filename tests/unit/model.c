// SPDX-License-Identifier: GPL-2.0
/* model: dwell, ends, joins, owners, and that what has ended is forgotten. */
#include "cmocka_test.h"

#include "model.h"
#include "records.h"

#define SYN 0x02
#define SYN_ACK 0x12
#define RST 0x04

static struct model model;

static int setup(void **state)
{
	(void)state;
	model_reset(&model);
	model.no_segments = false;
	model.flow = false;
	return 0;
}

/* The leak checker sees to it that this frees all. */
static int teardown(void **state)
{
	return setup(state);
}

static struct seen edge(__u64 cookie, __u64 us, __u8 old_state, __u8 new_state)
{
	union tcpstate_record record = make_edge(cookie, us, old_state,
						 new_state);
	struct seen seen;

	model_transition(&model, &record.transition, &seen);
	return seen;
}

/* As edge(), the local port not known yet. */
static struct seen edge_without_port(__u64 cookie, __u64 us)
{
	union tcpstate_record record = make_edge(cookie, us, TCPSTATE_CLOSED,
						 TCPSTATE_SYN_SENT);
	struct seen seen;

	record.transition.flow.lport = 0;
	model_transition(&model, &record.transition, &seen);
	return seen;
}

static struct seen segment(__u64 cookie, __u8 tcp_flags)
{
	union tcpstate_record record = make_segment(cookie, 0, tcp_flags);
	struct seen seen;

	model_segment(&model, &record.segment, &seen);
	return seen;
}

static struct seen take(const union tcpstate_record *record)
{
	struct seen seen;

	switch (record->head.kind) {
	case TCPSTATE_NOTE:
		model_note(&model, &record->note, &seen);
		break;
	case TCPSTATE_SOCKET:
		model_socket(&model, &record->socket, &seen);
		break;
	default:
		model_transition(&model, &record->transition, &seen);
	}
	return seen;
}

/* As edge(), by a system call of process @pid. */
static struct seen edge_by(__u32 pid, __u64 cookie, __u8 old_state,
			   __u8 new_state)
{
	union tcpstate_record record = make_edge(cookie, 10, old_state,
						 new_state);

	fill_task(&record, "task", pid, pid + 1);
	return take(&record);
}

static struct seen request(__u64 cookie, __u64 listener)
{
	union tcpstate_record record = make_edge(cookie, 10, TCPSTATE_LISTEN,
						 TCPSTATE_SYN_RCVD);

	record.head.flags |= TCPSTATE_F_REQ;
	record.transition.listener = listener;
	return take(&record);
}

static struct seen note_by(__u32 pid, __u64 cookie, __u8 what)
{
	union tcpstate_record record = make_note(cookie, 10, what);

	fill_task(&record, "task", pid, pid + 1);
	return take(&record);
}

static struct seen listed(__u64 cookie, __u64 us, __u8 state)
{
	union tcpstate_record record = make_socket(cookie, us, state);

	return take(&record);
}

static void assert_owner(struct seen seen, __u32 pid)
{
	assert_int_equal(seen.owned, OWNED_TASK);
	assert_int_equal(seen.owner.pid, pid);
	assert_int_equal(seen.owner.uid, pid + 1);
	assert_string_equal(seen.owner.comm, "task");
}

static void assert_unowned(struct seen seen)
{
	assert_int_equal(seen.owned, OWNED_UNKNOWN);
}

static void dwell_is_the_time_since_the_last_edge(void **state)
{
	(void)state;
	assert_true(edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT).dwell ==
		    DWELL_UNKNOWN);
	assert_true(edge(1, 25, TCPSTATE_SYN_SENT,
			 TCPSTATE_ESTABLISHED).dwell == 15000);
	assert_true(edge(1, 25, TCPSTATE_ESTABLISHED,
			 TCPSTATE_FIN_WAIT_1).dwell == 0);
}

static void dwell_is_of_one_connection(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(2, 20, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(edge(1, 30, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED).dwell ==
		    20000);
	assert_true(edge(2, 30, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED).dwell ==
		    10000);
}

static void a_cookie_is_of_one_namespace(void **state)
{
	union tcpstate_record record = make_edge(1, 30, TCPSTATE_SYN_SENT,
						 TCPSTATE_CLOSED);
	struct seen seen;

	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	record.head.netns++;
	model_transition(&model, &record.transition, &seen);
	assert_true(seen.dwell == DWELL_UNKNOWN);
	assert_int_equal(model_size(&model), 1);
}

static void no_dwell_over_a_missing_edge(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(edge(1, 20, TCPSTATE_ESTABLISHED,
			 TCPSTATE_FIN_WAIT_1).dwell == DWELL_UNKNOWN);
	/* and with the next one it is known again */
	assert_true(edge(1, 30, TCPSTATE_FIN_WAIT_1,
			 TCPSTATE_FIN_WAIT_2).dwell == 10000);
}

static void no_dwell_when_time_goes_back(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(edge(1, 9, TCPSTATE_SYN_SENT,
			 TCPSTATE_ESTABLISHED).dwell == DWELL_UNKNOWN);
}

static void no_dwell_over_a_loss(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	model_lost(&model, TEST_HOUR + 10000);
	assert_true(edge(1, 20, TCPSTATE_LISTEN, TCPSTATE_CLOSED).dwell ==
		    DWELL_UNKNOWN);
}

static void closed_is_forgotten(void **state)
{
	int i;

	(void)state;
	for (i = 1; i <= 1000; i++) {
		edge(i, i, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
		assert_int_equal(model_size(&model), 1);
		edge(i, i, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
		assert_int_equal(model_size(&model), 0);
	}
	/* the end of one that was never seen, and what arrives after it */
	edge(1, 1, TCPSTATE_LAST_ACK, TCPSTATE_CLOSED);
	segment(1, RST);
	assert_int_equal(model_size(&model), 0);
}

static void a_loss_forgets_what_was_before(void **state)
{
	__u64 hour = TEST_HOUR;

	(void)state;
	edge_by(7, 1, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	listed(2, 20, TCPSTATE_ESTABLISHED);
	listed(3, 22, TCPSTATE_ESTABLISHED);
	listed(4, 24, TCPSTATE_FIN_WAIT_1);
	edge(4, 12, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2);
	assert_int_equal(model_size(&model), 4);
	/* 4's edge may have been the last but one, and the last is lost. */
	model_lost(&model, hour + 20000);
	assert_int_equal(model_size(&model), 1);
	assert_unowned(edge(1, 30, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED));
	model_lost(&model, hour + 22000);
	assert_int_equal(model_size(&model), 0);
}

static void a_story_with_a_gap_is_marked(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(2, 11, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	/* Not that of one that merely was there before */
	assert_false(edge(9, 12, TCPSTATE_LAST_ACK, TCPSTATE_CLOSED).gap);
	listed(3, 30, TCPSTATE_ESTABLISHED);
	model_lost(&model, TEST_HOUR + 20000);
	/* Once, on its next edge */
	assert_true(edge(1, 40, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSE_WAIT).gap);
	assert_false(edge(1, 41, TCPSTATE_CLOSE_WAIT, TCPSTATE_LAST_ACK).gap);
	assert_true(edge(2, 42, TCPSTATE_LISTEN, TCPSTATE_CLOSED).gap);
	/* Listed since, or begun since */
	assert_false(edge(3, 43, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1).gap);
	assert_false(edge(4, 44, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT).gap);
	assert_false(edge(5, 45, TCPSTATE_LISTEN, TCPSTATE_SYN_RCVD).gap);
	/* Another trace has lost nothing. */
	model_reset(&model);
	assert_false(edge(1, 50, TCPSTATE_LAST_ACK, TCPSTATE_CLOSED).gap);
}

static void another_start_forgets_everything(void **state)
{
	int i;

	(void)state;
	for (i = 1; i <= 1000; i++)
		edge(i, i, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	listed(i, -1, TCPSTATE_ESTABLISHED);
	assert_int_equal(model_size(&model), 1001);
	model_reset(&model);
	assert_int_equal(model_size(&model), 0);
	assert_true(segment(0, SYN_ACK).conn == 0);
}

static void a_port_is_learned_late(void **state)
{
	(void)state;
	assert_int_equal(edge_without_port(1, 10).ends.lport, 0);
	assert_int_equal(edge(1, 20, TCPSTATE_SYN_SENT,
			      TCPSTATE_ESTABLISHED).ends.lport, 45714);
	assert_true(segment(0, SYN_ACK).conn == 1);
}

static void a_port_is_learned_from_a_segment(void **state)
{
	union tcpstate_record record = make_edge(1, 20, TCPSTATE_SYN_SENT,
						 TCPSTATE_CLOSED);
	struct seen seen;

	(void)state;
	edge_without_port(1, 10);
	assert_true(segment(0, SYN_ACK).conn == 0);
	assert_true(segment(1, SYN).conn == 1);
	assert_true(segment(0, SYN_ACK).conn == 1);
	/* and is not unlearned when the socket loses it */
	record.transition.flow.lport = 0;
	model_transition(&model, &record.transition, &seen);
	assert_int_equal(seen.ends.lport, 45714);
}

static void an_address_is_learned_late(void **state)
{
	union tcpstate_record record = make_edge(1, 10, TCPSTATE_CLOSED,
						 TCPSTATE_SYN_SENT);
	union tcpstate_record later = record;
	struct seen seen;

	(void)state;
	model_transition(&model, &record.transition, &seen);
	fill_address(later.transition.flow.laddr, "0.0.0.0");
	fill_address(later.transition.flow.raddr, "::");
	model_transition(&model, &later.transition, &seen);
	assert_memory_equal(&seen.ends, &record.transition.flow,
			    sizeof(seen.ends));
}

static void joins_by_ends_and_namespace(void **state)
{
	union tcpstate_record record = make_segment(0, 0, SYN_ACK);
	union tcpstate_record other;
	struct seen seen;

	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	other = record;
	model_segment(&model, &other.segment, &seen);
	assert_true(seen.conn == 1);

	other.segment.head.flags |= TCPSTATE_F_IPV6;	/* the other spelling */
	model_segment(&model, &other.segment, &seen);
	assert_true(seen.conn == 1);

	other.segment.head.netns++;
	model_segment(&model, &other.segment, &seen);
	assert_true(seen.conn == 0);

	other = record;
	other.segment.flow.lport++;
	model_segment(&model, &other.segment, &seen);
	assert_true(seen.conn == 0);

	other = record;
	other.segment.flow.raddr[15]++;
	model_segment(&model, &other.segment, &seen);
	assert_true(seen.conn == 0);
}

static void joins_the_living_only(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(1, 20, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
	assert_true(segment(0, RST).conn == 0);
}

static void joins_the_newest(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(2, 20, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(segment(0, SYN_ACK).conn == 2);
	/* the end of the older one does not take the newer one's place away */
	edge(1, 30, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
	assert_true(segment(0, SYN_ACK).conn == 2);
	edge(2, 40, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
	assert_true(segment(0, SYN_ACK).conn == 0);
}

/* However many others there are: a hash table may reorder when it grows. */
static void joins_the_newest_of_many(void **state)
{
	union tcpstate_record record;
	struct seen seen;
	int i;

	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(2, 20, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	for (i = 3; i < 3000; i++) {
		record = make_edge(i, 30, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
		record.transition.flow.lport = i;
		model_transition(&model, &record.transition, &seen);
		assert_true(segment(0, SYN_ACK).conn == 2);
	}
}

static void joins_edges_too(void **state)
{
	struct seen seen;

	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	seen = edge(0, 30, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
	assert_true(seen.conn == 1 && seen.dwell == 20000);
	assert_int_equal(model_size(&model), 0);
	assert_true(edge(0, 30, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT).conn == 0);
	assert_int_equal(model_size(&model), 0);
}

static void a_listener_keeps_its_ends(void **state)
{
	union tcpstate_record record = make_edge(1, 10, TCPSTATE_CLOSED,
						 TCPSTATE_LISTEN);
	struct seen seen;

	(void)state;
	fill_flow(&record.transition.flow, "0.0.0.0", 45714, "0.0.0.0", 0);
	model_transition(&model, &record.transition, &seen);
	assert_true(segment(1, SYN).conn == 1);
	assert_true(segment(0, SYN).conn == 0);
	record.transition.old_state = TCPSTATE_LISTEN;
	record.transition.new_state = TCPSTATE_CLOSED;
	model_transition(&model, &record.transition, &seen);
	assert_int_equal(seen.ends.rport, 0);
}

/* And when at last it goes, it takes nothing away. */
static void time_wait_leaves_its_ends_to_the_next(void **state)
{
	struct seen seen;

	(void)state;
	edge(1, 10, TCPSTATE_FIN_WAIT_2, TCPSTATE_TIME_WAIT);
	assert_true(segment(0, SYN).conn == 1);
	request(2, 9);
	assert_true(segment(0, SYN_ACK).conn == 2);
	seen = edge(1, 30, TCPSTATE_TIME_WAIT, TCPSTATE_CLOSED);
	assert_true(seen.conn == 1 && seen.dwell == 20000);
	assert_true(segment(0, SYN_ACK).conn == 2);
}

/* The last one, down to CLOSED, whatever makes the edges in between. */
static void whoever_acts_owns(void **state)
{
	(void)state;
	assert_unowned(edge(2, 5, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT));
	assert_owner(edge_by(7, 1, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT), 7);
	assert_owner(edge(1, 20, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED), 7);
	assert_owner(edge_by(8, 1, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1),
		     8);
	assert_owner(edge(1, 40, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2), 8);
	assert_owner(edge(1, 50, TCPSTATE_FIN_WAIT_2, TCPSTATE_TIME_WAIT), 8);
	assert_owner(edge(1, 60, TCPSTATE_TIME_WAIT, TCPSTATE_CLOSED), 8);
	assert_unowned(edge(2, 70, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED));
	/* one whose beginning was not seen, of which no more will be */
	assert_owner(edge_by(9, 3, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED), 9);
	assert_owner(edge_by(9, 0, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED), 9);
}

/* connect() after a failed one: the same socket, hence the same cookie. */
static void a_closed_socket_begins_anew(void **state)
{
	struct seen seen;

	(void)state;
	edge_by(7, 1, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(1, 20, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
	seen = edge(1, 30, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(seen.dwell == DWELL_UNKNOWN);
	assert_unowned(seen);
}

static void a_request_is_its_listeners(void **state)
{
	union tcpstate_record record = make_edge(3, 30, TCPSTATE_LISTEN,
						 TCPSTATE_SYN_RCVD);
	struct seen seen;

	(void)state;
	edge_by(7, 9, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	seen = request(1, 9);
	assert_owner(seen, 7);
	assert_true(seen.conn == 1 && seen.dwell == DWELL_UNKNOWN);
	assert_owner(edge(1, 20, TCPSTATE_SYN_RCVD, TCPSTATE_ESTABLISHED), 7);
	/* another cookie, another namespace, no listener given */
	assert_unowned(request(2, 8));
	record.head.flags |= TCPSTATE_F_REQ;
	record.transition.listener = 9;
	record.head.netns++;
	assert_unowned(take(&record));
	record.head.netns--;
	record.head.flags &= ~TCPSTATE_F_REQ;
	assert_unowned(take(&record));
	/* and it stays when the listener has gone */
	edge(9, 40, TCPSTATE_LISTEN, TCPSTATE_CLOSED);
	assert_owner(edge(1, 50, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSE_WAIT), 7);
	assert_unowned(request(4, 9));
}

/* A listener that was seen, but nobody who acts on it. */
static void a_request_of_none_is_nobodys(void **state)
{
	(void)state;
	edge(9, 10, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	assert_unowned(request(1, 9));
}

static void whoever_accepts_owns(void **state)
{
	struct seen seen;

	(void)state;
	edge_by(7, 9, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	request(1, 9);
	edge(1, 20, TCPSTATE_SYN_RCVD, TCPSTATE_ESTABLISHED);
	seen = note_by(8, 1, TCPSTATE_ACCEPTED);
	assert_owner(seen, 8);
	assert_true(seen.conn == 1);
	seen = edge(1, 30, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSE_WAIT);
	assert_owner(seen, 8);
	assert_true(seen.dwell == 10000);
	/* The listener's own remains, and with it that of later ones. */
	assert_owner(request(2, 9), 7);
}

static void accepted_after_its_end(void **state)
{
	(void)state;
	assert_owner(note_by(8, 1, TCPSTATE_ACCEPTED), 8);
	assert_int_equal(model_size(&model), 0);
}

static void what_is_the_kernels_own(void **state)
{
	union tcpstate_record record = make_edge(9, 10, TCPSTATE_CLOSED,
						 TCPSTATE_LISTEN);

	(void)state;
	fill_task(&record, "kworker", 7, 0);
	record.head.flags |= TCPSTATE_F_KERN;
	assert_int_equal(take(&record).owned, OWNED_KERNEL);
	assert_int_equal(request(1, 9).owned, OWNED_KERNEL);
	assert_int_equal(edge(1, 20, TCPSTATE_SYN_RCVD,
			      TCPSTATE_ESTABLISHED).owned, OWNED_KERNEL);
	assert_owner(note_by(8, 1, TCPSTATE_ACCEPTED), 8);

	/* even where the listener is not */
	edge_by(7, 8, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	record = make_edge(3, 20, TCPSTATE_LISTEN, TCPSTATE_SYN_RCVD);
	record.head.flags |= TCPSTATE_F_REQ | TCPSTATE_F_KERN;
	record.transition.listener = 8;
	assert_int_equal(take(&record).owned, OWNED_KERNEL);

	record = make_note(1, 30, TCPSTATE_ACCEPTED);
	record.head.flags |= TCPSTATE_F_KERN;
	assert_int_equal(take(&record).owned, OWNED_KERNEL);
	record = make_socket(2, 30, TCPSTATE_LISTEN);
	record.head.flags |= TCPSTATE_F_KERN;
	assert_int_equal(take(&record).owned, OWNED_KERNEL);
}

static void a_segment_gives_no_owner(void **state)
{
	union tcpstate_record record = make_segment(1, 15, SYN);
	struct seen seen;

	(void)state;
	fill_task(&record, "other", 8, 0);
	model_segment(&model, &record.segment, &seen);
	assert_unowned(seen);
	edge_by(7, 1, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	model_segment(&model, &record.segment, &seen);
	assert_owner(seen, 7);
	assert_owner(segment(0, SYN_ACK), 7);
	assert_owner(edge(1, 20, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED), 7);
}

static void a_restart_changes_nothing(void **state)
{
	struct seen seen;

	(void)state;
	edge_by(7, 1, TCPSTATE_FIN_WAIT_2, TCPSTATE_TIME_WAIT);
	/* by its ends, and in whatever process the softirq came to run */
	seen = note_by(8, 0, TCPSTATE_RESTARTED);
	assert_owner(seen, 7);
	assert_true(seen.conn == 1 && seen.dwell == DWELL_UNKNOWN);
	seen = edge(1, 40, TCPSTATE_TIME_WAIT, TCPSTATE_CLOSED);
	assert_owner(seen, 7);
	assert_true(seen.dwell == 30000);
}

static void a_full_queue_leaves_its_listener_as_it_was(void **state)
{
	union tcpstate_record record = make_note(1, 20, TCPSTATE_QUEUE_FULL);
	struct seen seen;

	(void)state;
	edge_by(7, 1, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	record.note.flow.rport = 4242;
	seen = take(&record);
	assert_owner(seen, 7);
	assert_true(seen.conn == 1 && seen.ends.rport == 4242);
	record.note.flow.rport = 0;
	assert_true(take(&record).ends.rport != 4242);
}

static void a_listed_socket_is_known(void **state)
{
	union tcpstate_record record = make_socket(1, 10, TCPSTATE_ESTABLISHED);
	struct seen seen;

	(void)state;
	fill_task(&record, "task", 7, 8);
	seen = take(&record);
	assert_owner(seen, 7);
	assert_true(seen.conn == 1 && seen.dwell == DWELL_UNKNOWN);
	assert_true(segment(0, RST).conn == 1);
	seen = edge(1, 20, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1);
	assert_owner(seen, 7);
	assert_true(seen.dwell == DWELL_UNKNOWN);
	seen = edge(1, 30, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2);
	assert_owner(seen, 7);
	assert_true(seen.dwell == 10000);

	record = make_socket(9, 10, TCPSTATE_LISTEN);
	fill_task(&record, "task", 8, 9);
	take(&record);
	assert_owner(request(2, 9), 8);
}

static void a_listed_socket_is_forgotten(void **state)
{
	(void)state;
	listed(0, 10, TCPSTATE_SYN_RCVD);	/* of unknown name */
	listed(1, 10, TCPSTATE_TIME_WAIT);
	listed(2, 10, TCPSTATE_CLOSED);		/* which only has a port */
	assert_int_equal(model_size(&model), 1);
	edge(1, 20, TCPSTATE_TIME_WAIT, TCPSTATE_CLOSED);
	assert_int_equal(model_size(&model), 0);
}

/* The same state is not begun anew by it, nor does it take the owner away. */
static void a_list_knows_less_than_edges(void **state)
{
	struct seen seen;

	(void)state;
	edge_by(7, 1, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	assert_owner(listed(1, 20, TCPSTATE_LISTEN), 7);
	seen = edge(1, 30, TCPSTATE_LISTEN, TCPSTATE_CLOSED);
	assert_true(seen.dwell == 20000);
	assert_owner(seen, 7);

	edge_by(7, 2, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	listed(2, 20, TCPSTATE_ESTABLISHED);
	seen = edge(2, 30, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSE_WAIT);
	assert_true(seen.dwell == DWELL_UNKNOWN);
	assert_owner(seen, 7);
}

static void nothing_is_found_by_ends_for_no_segments(void **state)
{
	(void)state;
	model.no_segments = true;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(edge(1, 20, TCPSTATE_SYN_SENT,
			 TCPSTATE_ESTABLISHED).dwell == 10000);
	assert_true(segment(0, SYN_ACK).conn == 0);
	edge(1, 30, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSED);
	assert_int_equal(model_size(&model), 0);
}

/* As long as nothing that it stands for changes, and no longer. */
static void a_stamp_stands_for_what_is_known(void **state)
{
	union tcpstate_record other = make_edge(1, 50, TCPSTATE_FIN_WAIT_1,
						TCPSTATE_FIN_WAIT_2);
	struct seen first, second, third;

	(void)state;
	first = edge_without_port(1, 10);
	second = edge(1, 20, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED);
	assert_true(first.stamp && second.stamp);
	assert_true(second.stamp != first.stamp);
	assert_true(segment(1, SYN).stamp == second.stamp);
	assert_true(edge_by(7, 2, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT).stamp !=
		    second.stamp);

	first = edge_by(7, 1, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1);
	assert_true(first.stamp != second.stamp);
	assert_true(note_by(7, 1, TCPSTATE_ACCEPTED).stamp == first.stamp);
	second = note_by(8, 1, TCPSTATE_ACCEPTED);
	assert_true(second.stamp != first.stamp);
	fill_address(other.transition.flow.laddr, "10.9.0.9");
	third = take(&other);
	assert_true(third.stamp != second.stamp && third.stamp != first.stamp);

	edge(1, 60, TCPSTATE_FIN_WAIT_2, TCPSTATE_CLOSED);
	first = edge(1, 70, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(first.stamp != third.stamp);
	/* of one that is not kept nothing can be said */
	assert_true(edge(9, 80, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT).stamp);
	assert_false(segment(0, RST).stamp && !segment(0, RST).conn);
	assert_false(note_by(8, 77, TCPSTATE_ACCEPTED).stamp);
}

/* As edge(), of what a filter does not want */
static struct seen unwanted(__u64 cookie, __u64 us, __u8 old_state,
			    __u8 new_state)
{
	const union tcpstate_record record = make_edge(cookie, us, old_state,
						       new_state);
	struct seen seen = edge(cookie, us, old_state, new_state);

	model_leave_out(&model, &record.head, new_state, &seen);
	return seen;
}

static void what_is_left_out_is_forgotten(void **state)
{
	struct seen seen;

	(void)state;
	model.flow = true;
	edge(1, 1, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	seen = unwanted(1, 2, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED);
	assert_true(seen.left_out);
	assert_int_equal(model_size(&model), 0);
	/* Whom a filter by ports may want, and who may own what it wants */
	seen = unwanted(1, 3, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_false(seen.left_out);
	seen = unwanted(2, 4, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	assert_false(seen.left_out);
	assert_int_equal(model_size(&model), 2);
	/* Of any other filter, the next edge may be wanted. */
	model.flow = false;
	seen = unwanted(1, 5, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED);
	assert_false(seen.left_out);
	assert_int_equal(model_size(&model), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(dwell_is_the_time_since_the_last_edge),
		TEST(dwell_is_of_one_connection),
		TEST(a_cookie_is_of_one_namespace),
		TEST(no_dwell_over_a_missing_edge),
		TEST(no_dwell_when_time_goes_back),
		TEST(no_dwell_over_a_loss),
		TEST(closed_is_forgotten),
		TEST(a_loss_forgets_what_was_before),
		TEST(a_story_with_a_gap_is_marked),
		TEST(another_start_forgets_everything),
		TEST(a_port_is_learned_late),
		TEST(a_port_is_learned_from_a_segment),
		TEST(an_address_is_learned_late),
		TEST(joins_by_ends_and_namespace),
		TEST(joins_the_living_only),
		TEST(joins_the_newest),
		TEST(joins_the_newest_of_many),
		TEST(joins_edges_too),
		TEST(a_listener_keeps_its_ends),
		TEST(time_wait_leaves_its_ends_to_the_next),
		TEST(whoever_acts_owns),
		TEST(a_closed_socket_begins_anew),
		TEST(a_request_is_its_listeners),
		TEST(a_request_of_none_is_nobodys),
		TEST(whoever_accepts_owns),
		TEST(accepted_after_its_end),
		TEST(what_is_the_kernels_own),
		TEST(a_segment_gives_no_owner),
		TEST(a_restart_changes_nothing),
		TEST(a_full_queue_leaves_its_listener_as_it_was),
		TEST(a_listed_socket_is_known),
		TEST(a_listed_socket_is_forgotten),
		TEST(a_list_knows_less_than_edges),
		TEST(nothing_is_found_by_ends_for_no_segments),
		TEST(what_is_left_out_is_forgotten),
		TEST(a_stamp_stands_for_what_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
