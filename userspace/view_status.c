// SPDX-License-Identifier: GPL-2.0
/* What the module has recorded and for whom, at this moment. */
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "names.h"
#include "status.h"
#include "util.h"
#include "view.h"

#define COUNTERS "/proc/" TCPSTATE_DEVICE
#define PARAMETERS "/sys/module/tcpstate/parameters/"

/* Those that the module's records may be of */
static const struct {
	enum tcpstate_kind	kind;
	const char		*name;
} kinds[] = {
	{ TCPSTATE_TRANSITION, "transitions" },
	{ TCPSTATE_SEGMENT, "segments" },
	{ TCPSTATE_NOTE, "notes" },
};

static FILE *open_file(const char *name)
{
	FILE *file = fopen(name, "re");

	if (file)
		return file;
	if (errno == ENOENT)
		warnx("%s: no such file: load the module first (insmod tcpstate.ko)",
		      name);
	else if (errno == EACCES || errno == EPERM)
		warnx("%s: permission denied: be root, or have CAP_NET_ADMIN",
		      name);
	else
		warn("%s", name);
	return NULL;
}

/* Return: false after a line on stderr. */
static bool read_parameter(const char *name, char value[32])
{
	FILE *file = open_file(name);
	bool good;

	if (!file)
		return false;
	good = fscanf(file, "%31s", value) == 1;
	fclose(file);
	if (!good)
		warnx("%s: empty", name);
	return good;
}

static __u64 total(const struct status *status, enum tcpstate_kind kind)
{
	__u64 sum = 0;
	size_t i;

	for (i = 0; i < status->cpu_count; i++)
		sum += status->cpus[i].kinds[kind];
	return sum;
}

static __u64 recorded(const struct status *status)
{
	__u64 sum = 0;
	size_t i;

	for (i = 0; i < status->cpu_count; i++)
		sum += status->cpus[i].recorded;
	return sum;
}

/* A piece of up to a line: what there is little of need not be fast. */
static void __printf(2, 3) print(struct out *out, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	out_str(out, text);
}

static void text_hooks(struct out *out, const struct status *status)
{
	const char *between = ", missing: ";
	unsigned int hook;

	print(out, "hooks      %u of %u in place",
	      status->hooks - __builtin_popcount(status->missing),
	      status->hooks);
	for (hook = 0; hook < TCPSTATE_HOOKS; hook++) {
		if (!(status->missing & 1U << hook))
			continue;
		print(out, "%s%s", between, hook_name(hook));
		between = ", ";
	}
	out_char(out, '\n');
}

static void text_records(struct out *out, const struct status *status)
{
	size_t i;

	print(out, "recorded   %llu", recorded(status));
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		print(out, "%s%llu %s", i ? ", " : ": ",
		      total(status, kinds[i].kind), kinds[i].name);
	out_char(out, '\n');
	for (i = 0; i < status->cpu_count && status->cpu_count > 1; i++)
		print(out, "  CPU %-4u %llu\n", status->cpus[i].cpu,
		      status->cpus[i].recorded);
	print(out, "missed     %u, by a probe that could not run\n",
	      status->missed);
}

static void text_readers(struct out *out, const struct status *status)
{
	const struct status_reader *reader;
	char name[sizeof(reader->comm) + 16], *c;
	size_t i;

	if (!status->reader_count) {
		out_str(out, "readers    none\n");
		return;
	}
	print(out, "\n%-22s %12s %12s %10s %10s\n", "READER", "DELIVERED",
	      "FILTERED", "LOST", "PENDING");
	for (i = 0; i < status->reader_count; i++) {
		reader = &status->readers[i];
		snprintf(name, sizeof(name), "%s[%u]", reader->comm,
			 reader->pid);
		/* A process chooses its name. */
		for (c = name; *c; c++)
			if (*c < ' ' || *c > '~')
				*c = '?';
		print(out, "%-22s %12llu %12llu %10llu %10llu\n", name,
		      reader->counters.delivered, reader->counters.filtered,
		      reader->counters.lost,
		      status_pending(&reader->counters));
	}
}

static void show_text(struct out *out, const struct status *status,
		      const char *ring_kb, const char *segments)
{
	print(out, "ABI        version %u\n", status->version);
	text_hooks(out, status);
	print(out, "ring_kb    %s\nsegments   %s\n", ring_kb, segments);
	text_records(out, status);
	text_readers(out, status);
}

static void json_missing(struct out *out, __u32 missing)
{
	const char *comma = "";
	unsigned int hook;

	out_str(out, ",\"missing\":[");
	for (hook = 0; hook < TCPSTATE_HOOKS; hook++) {
		if (!(missing & 1U << hook))
			continue;
		out_str(out, comma);
		json_plain(out, hook_name(hook));
		comma = ",";
	}
	out_char(out, ']');
}

static void json_key(struct out *out, const char *key, __u64 value)
{
	out_char(out, ',');
	json_plain(out, key);
	out_char(out, ':');
	out_dec(out, value);
}

static void json_cpus(struct out *out, const struct status *status)
{
	size_t i, j;

	for (i = 0; i < status->cpu_count; i++) {
		out_str(out, i ? ",{\"cpu\":" : "{\"cpu\":");
		out_dec(out, status->cpus[i].cpu);
		json_key(out, "recorded", status->cpus[i].recorded);
		for (j = 0; j < ARRAY_SIZE(kinds); j++)
			json_key(out, kinds[j].name,
				 status->cpus[i].kinds[kinds[j].kind]);
		out_char(out, '}');
	}
}

static void json_readers(struct out *out, const struct status *status)
{
	const struct status_reader *reader;
	size_t i;

	for (i = 0; i < status->reader_count; i++) {
		reader = &status->readers[i];
		out_str(out, i ? ",{\"pid\":" : "{\"pid\":");
		out_dec(out, reader->pid);
		out_str(out, ",\"comm\":");
		json_string(out, reader->comm);
		json_key(out, "recorded", reader->counters.recorded);
		json_key(out, "delivered", reader->counters.delivered);
		json_key(out, "filtered", reader->counters.filtered);
		json_key(out, "lost", reader->counters.lost);
		json_key(out, "pending", status_pending(&reader->counters));
		out_char(out, '}');
	}
}

static void show_json(struct out *out, const struct status *status,
		      const char *ring_kb, const char *segments)
{
	out_str(out, "{\"type\":\"status\"");
	json_key(out, "version", status->version);
	json_key(out, "hooks", status->hooks);
	json_missing(out, status->missing);
	json_key(out, "ring_kb", strtoull(ring_kb, NULL, 10));
	out_str(out, ",\"segments\":");
	json_string(out, segments);
	json_key(out, "missed", status->missed);
	out_str(out, ",\"cpus\":[");
	json_cpus(out, status);
	out_str(out, "],\"readers\":[");
	json_readers(out, status);
	out_str(out, "]}\n");
}

static bool status_show(struct out *out, bool json)
{
	char ring_kb[32], segments[32];
	FILE *file = open_file(COUNTERS);
	struct status status;
	bool good;

	if (!file)
		return false;
	good = status_read(&status, file);
	fclose(file);
	if (!good)
		warnx("%s: cannot be read to its end: is the module another version's?",
		      COUNTERS);
	good = good && read_parameter(PARAMETERS "ring_kb", ring_kb) &&
	       read_parameter(PARAMETERS "segments", segments);
	if (good)
		(json ? show_json : show_text)(out, &status, ring_kb, segments);
	status_free(&status);
	return good;
}

const struct view view_status = {
	.name		= "status",
	.help		= "what the module has recorded, lost, and for whom: hooks in\n"
			  "place, settings, records, readers; also with --json",
	.show		= status_show,
};
