// SPDX-License-Identifier: GPL-2.0
#include "remark.h"

#include "names.h"

static void put_missing(struct out *out, __u32 missing)
{
	const char *between = "-- hooks missing: ";
	unsigned int hook;

	for (hook = 0; hook < TCPSTATE_HOOKS; hook++) {
		if (!(missing & 1U << hook))
			continue;
		out_str(out, between);
		out_str(out, hook_name(hook));
		between = ", ";
	}
	out_str(out, ": what they tell is unknown\n");
}

void remark_start(struct display *display, const struct tcpstate_start *start)
{
	if (display->traces > 1)
		out_str(display->out, "-- another trace begins\n");
	if (start->missing)
		put_missing(display->out, start->missing);
}

void remark_lost(struct display *display, const struct tcpstate_lost *lost)
{
	struct out *out = display->out;

	out_str(out, "-- ");
	out_dec(out, lost->count);
	out_str(out, lost->count == 1 ? " record" : " records");
	out_str(out, " lost on CPU ");
	out_dec(out, lost->head.cpu);
	out_str(out, ": overwritten before ");
	out_str(out, lost->count == 1 ? "it was read\n" : "they were read\n");
}
