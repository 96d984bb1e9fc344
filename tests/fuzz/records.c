// SPDX-License-Identifier: GPL-2.0
/*
 * How libFuzzer changes inputs of trace.c: mostly by whole records, and in these
 * by what has a meaning, else nothing would come of it but "not a trace".
 */
#include "../records.h"

#include "libfuzzer.h"
#include "names.h"
#include "fuzz/trace.h"
#include "util.h"

#define SIZE TCPSTATE_RECORD_SIZE

/* The records of an input, and how many there is room for */
struct input {
	__u8		*records;
	size_t		count;
	size_t		max;
};

static union tcpstate_record get(const struct input *input, size_t i)
{
	union tcpstate_record record;

	memcpy(&record, input->records + i * SIZE, SIZE);
	return record;
}

static void set(struct input *input, size_t i,
		const union tcpstate_record *record)
{
	memcpy(input->records + i * SIZE, record, SIZE);
}

static void insert(struct input *input, const union tcpstate_record *record)
{
	const size_t i = random() % (input->count + 1);

	if (input->count == input->max)
		return;
	memmove(input->records + (i + 1) * SIZE, input->records + i * SIZE,
		(input->count++ - i) * SIZE);
	set(input, i, record);
}

static void delete(struct input *input, size_t i)
{
	memmove(input->records + i * SIZE, input->records + (i + 1) * SIZE,
		(--input->count - i) * SIZE);
}

/* At times it is none. */
static __u8 any_state(void)
{
	return random() % 64 ? states_in_order[random() % STATE_COUNT] :
			       random() % 16;
}

static void choose_cause(__u8 *cause, __u8 *detail)
{
	do {
		*cause = random() % 16;
		*detail = random() % 128;
	} while (random() % 512 && !cause_valid(*cause, *detail));
}

static union tcpstate_record make_any(void)
{
	const __u64 us = random() % 1000000;
	union tcpstate_record record;

	switch (random() % 6) {
	case 0:
		return make_start();
	case 1:
		return make_lost(0, random() % 3);
	case 2:
		return make_note(random() % 4, us, random() % 3);
	case 3:
		return make_socket(random() % 4, us, any_state());
	case 4:
		return make_segment(random() % 4, us, random());
	}
	record = make_edge(random() % 4, us, any_state(), any_state());
	choose_cause(&record.transition.cause, &record.transition.detail);
	return record;
}

static void change_time(union tcpstate_record *record,
			const union tcpstate_record *other)
{
	record->head.ts = random() % 16 ? other->head.ts : 0;
	record->head.ts += random() >> random() % 31;
	record->head.ts -= random() >> random() % 31;
}

static void change_flow(union tcpstate_record *record,
			const union tcpstate_record *other)
{
	struct tcpstate_flow *flow = &record->transition.flow;

	*flow = other->transition.flow;
	if (random() % 2)
		return;
	/* As its other end has it */
	memcpy(flow->laddr, other->transition.flow.raddr, sizeof(flow->laddr));
	memcpy(flow->raddr, other->transition.flow.laddr, sizeof(flow->raddr));
	flow->lport = other->transition.flow.rport;
	flow->rport = other->transition.flow.lport;
}

static void change_edge(struct tcpstate_transition *edge)
{
	switch (random() % 4) {
	case 0:
		edge->old_state = any_state();
		break;
	case 1:
		edge->new_state = any_state();
		break;
	case 2:
		choose_cause(&edge->cause, &edge->detail);
		break;
	case 3:
		LLVMFuzzerMutate((__u8 *)&edge->srtt_us, 32, 32);
		break;
	}
}

static void change_options(struct tcpstate_segment *segment)
{
	static const __u8 kinds[] = { 0, 1, 2, 3, 4, 5, 8, 19, 30, 34, 253 };
	static const __u8 lengths[] = { 0, 1, 2, 3, 4, 10, 18, 26, 34, 40 };
	__u8 *at = &segment->opt[random() % (TCPSTATE_OPT_LEN - 1)];

	segment->opt_len = random() % 42;
	if (random() % 2) {
		LLVMFuzzerMutate(segment->opt, TCPSTATE_OPT_LEN,
				 TCPSTATE_OPT_LEN);
		return;
	}
	at[0] = kinds[random() % ARRAY_SIZE(kinds)];
	at[1] = lengths[random() % ARRAY_SIZE(lengths)];
}

static void change_task(union tcpstate_record *record,
			const union tcpstate_record *other)
{
	/* What has a meaning to what reads a view's output, and UTF-8 */
	static const char bytes[] = "a \t\x1b\"'<>&#;:%[]\\\303\251\360\237";
	struct tcpstate_task *task = &record->transition.task;

	*task = other->transition.task;
	if (random() % 2)
		return;
	record->head.flags |= TCPSTATE_F_TASK;
	task->comm[random() % TCPSTATE_COMM_LEN] =
		bytes[random() % sizeof(bytes)];
}

static void change_segment(struct tcpstate_segment *segment,
			   const struct tcpstate_segment *other)
{
	switch (random() % 4) {
	case 0:
		segment->seqno = other->seqno + random() % 4;
		segment->ackno = other->ackno;
		break;
	case 1:
		segment->seqno = other->ackno;
		segment->ackno = other->seqno + random() % 4;
		break;
	case 2:
		segment->tcp_flags = random();
		break;
	case 3:
		change_options(segment);
		break;
	}
}

static void change_what_it_is(union tcpstate_record *record,
			      const union tcpstate_record *other)
{
	if (record->head.kind == TCPSTATE_TRANSITION)
		change_edge(&record->transition);
	else if (record->head.kind == TCPSTATE_SEGMENT)
		change_segment(&record->segment, &other->segment);
	else
		LLVMFuzzerMutate((__u8 *)record + sizeof(record->head),
				 SIZE - sizeof(record->head),
				 SIZE - sizeof(record->head));
}

static void change(union tcpstate_record *record,
		   const union tcpstate_record *other)
{
	switch (random() % 8) {
	case 0:
		change_time(record, other);
		break;
	case 1:
		change_flow(record, other);
		break;
	case 2:
		record->head.cookie = other->head.cookie;
		break;
	case 3:
		record->head.flags ^= 1 << random() % 8;
		break;
	case 4:
		change_task(record, other);
		break;
	case 5:
		LLVMFuzzerMutate((__u8 *)record, SIZE, SIZE);
		break;
	default:
		change_what_it_is(record, other);
	}
}

static void mutate(struct input *input)
{
	const size_t i = input->count ? random() % input->count : 0;
	const size_t j = input->count ? random() % input->count : 0;
	union tcpstate_record one = make_any(), other;

	switch (input->count ? random() % 8 : 0) {
	case 0:
		insert(input, &one);
		break;
	case 1:
		delete(input, i);
		break;
	case 2:
		one = get(input, i);
		insert(input, &one);
		break;
	case 3:
		one = get(input, i);
		other = get(input, j);
		set(input, i, &other);
		set(input, j, &one);
		break;
	default:
		one = get(input, i);
		other = get(input, j);
		change(&one, &other);
		set(input, i, &one);
	}
}

size_t LLVMFuzzerCustomMutator(__u8 *data, size_t len, size_t max_len,
			       unsigned int seed)
{
	struct input input = { .records = data + TRACE_HEAD };
	int times;

	srandom(seed);
	if (len < TRACE_HEAD || max_len < TRACE_HEAD + SIZE || random() % 32 == 0)
		return LLVMFuzzerMutate(data, len, max_len);
	if (random() % 8 == 0) {
		LLVMFuzzerMutate(data, TRACE_HEAD, TRACE_HEAD);
		return len;
	}
	input.count = (len - TRACE_HEAD) / SIZE;
	input.max = (max_len - TRACE_HEAD) / SIZE;
	for (times = random() % 4; times >= 0; times--)
		mutate(&input);
	return TRACE_HEAD + input.count * SIZE;
}
