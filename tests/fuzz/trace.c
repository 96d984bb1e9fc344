// SPDX-License-Identifier: GPL-2.0
/*
 * A trace from anywhere, through the whole reader: source, decoder, model, and
 * one of the views in the tables of main.c. See trace.h for what an input is.
 */
#include <limits.h>
#include <setjmp.h>
#include <spawn.h>
#include <sys/mman.h>

#include "decode.h"
#include "libfuzzer.h"
#include "statics.h"
#include "fuzz/trace.h"

/* For the tables. What the command line says is not from anywhere. */
#define main tcpstate_main
#include "../../userspace/main.c"
#undef main

/* For what is limited in views; all of it has room in a pipe. */
#define LEN_MAX 8192
#define TIMES 40
#define PIPE_SIZE (1024 * 1024)

static const char expectation[] =
	"client x2 rport=33333 owner=client uid=0: CLOSED -connect-> SYN_SENT\n"
	"	-SYN,ACK|reset-> ESTABLISHED|CLOSED ... CLOSED|TIME_WAIT\n"
	"server lport=33333 family=4: LISTEN -*-> ... -timer-> CLOSED\n"
	"others x3: ...\n"
	"none raddr=::1: none\n";

/* To options that have one; without it, they are not given. */
static const char *const arguments[][2] = {
	{ "Q", "in" },
	{ "interval", "1" },
	{ "fail-on", "CLOSE_WAIT>1,resets>0,lost>0,LISTEN<1" },
};

static const struct view *view;
static struct trace trace;
static struct source source;
static struct filter filter;
static struct out out;
static int null, expectations;
static jmp_buf refused;
static bool opening;

/* Nothing is ever run, not even dot(1). */
int posix_spawnp(pid_t *pid, const char *file,
		 const posix_spawn_file_actions_t *actions,
		 const posix_spawnattr_t *attributes, char *const argv[],
		 char *const envp[])
{
	return 1;
}

/* Of options some exclude each other. */
void errx(int status, const char *format, ...)
{
	if (!opening)
		abort();
	longjmp(refused, 1);
}

/* Time passes only on the device; let a loss stand for it. */
static void lost_and_tick(struct display *display,
			  const struct tcpstate_lost *lost)
{
	view->lost(display, lost);
	trace.done |= !view->tick(display);
}

static const char *argument_of(const struct view_option *option)
{
	size_t i;

	if (!option->argument)
		return option->name;
	for (i = 0; i < ARRAY_SIZE(arguments); i++)
		if (!strcmp(arguments[i][0], option->name))
			return arguments[i][1];
	return NULL;
}

/* Only what begins well gets to a view, which is closed then. */
static bool begins(const __u8 *bytes, size_t len)
{
	union tcpstate_record start;

	return decode_start(bytes, len, &start) == DECODED;
}

/* Return: false if it does not show records, or not with these options. */
static bool open_view(__u8 options)
{
	char operand[32];
	int i;

	if (view->show)
		return false;
	for (i = 0; i < VIEW_OPTIONS_MAX; i++)
		if (view->options[i].name && options >> i & 1)
			*view->options[i].value =
				argument_of(&view->options[i]);
	sprintf(operand, "/proc/self/fd/%d", expectations);
	opening = true;
	if (setjmp(refused))
		return false;
	if (view->open)
		view->open(operand);
	opening = false;
	return true;
}

static void feed(int pipe, const void *bytes, size_t len, size_t piece)
{
	const char *at = bytes;
	size_t n;

	for (; len; at += n, len -= n) {
		n = piece < len ? piece : len;
		if (write(pipe, at, n) != (ssize_t)n)
			abort();
	}
}

/* The records but for the first again and again, or of others if @others is 1 */
static void feed_again(int pipe, const __u8 *bytes, size_t len, __u64 others)
{
	union tcpstate_record records[LEN_MAX / TCPSTATE_RECORD_SIZE];
	const size_t count = len / TCPSTATE_RECORD_SIZE;
	unsigned int time;
	size_t i;

	memcpy(records, bytes, len);
	for (time = 1; time < TIMES; time++) {
		for (i = 1; i < count; i++)
			records[i].head.cookie += others << 32;
		feed(pipe, records + 1, len - TCPSTATE_RECORD_SIZE, PIPE_BUF);
	}
}

/* Return: what the trace is to be read from. */
static int open_trace(__u8 how, const __u8 *bytes, size_t len)
{
	int fds[2];

	if (pipe2(fds, O_DIRECT | O_NONBLOCK) ||
	    fcntl(fds[1], F_SETPIPE_SZ, PIPE_SIZE) < 0)
		abort();
	feed(fds[1], bytes, len, len / ((how & TRACE_PIECES) + 1) + 1);
	if (how & TRACE_AGAIN && len && len % TCPSTATE_RECORD_SIZE == 0)
		feed_again(fds[1], bytes, len, !!(how & TRACE_OTHERS));
	close(fds[1]);
	return fds[0];
}

static void read_trace(const __u8 *head, const __u8 *bytes, size_t len)
{
	struct display display = {
		.out		= &out,
		.columns	= head[2],
		.colour		= head[2],
	};
	struct view ticking;

	trace = (struct trace){
		.source		= &source,
		.display	= &display,
		.command	= { .pidfd = -1 },
		.signals	= -1,
	};

	if (view) {
		ticking = *view;
		if (view->tick)
			ticking.lost = lost_and_tick;
		trace.view = &ticking;
	}
	if (head[3] & TRACE_FILTERED)
		trace.filter = &filter;
	out_init(&out, null, "null");
	source.name = "fuzz";
	source.len = 0;
	source.fd = open_trace(head[3], bytes, len);
	trace_begin(&trace);
	trace_run(&trace);
	out_flush(&out);
	close(source.fd);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct filter_error error;

	setenv("TZ", "UTC", 1);
	if (!filter_compile(&filter, "port 33333 and not old SYN_SENT", &error))
		abort();
	null = open("/dev/null", O_WRONLY);
	expectations = memfd_create("expect", 0);
	return write(expectations, expectation, strlen(expectation)) < 0;
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t len)
{
	const size_t count = ARRAY_SIZE(views) + ARRAY_SIZE(formats);
	size_t which;

	if (len < TRACE_HEAD || len > TRACE_HEAD + LEN_MAX)
		return 0;
	statics_reset();
	which = data[0] % (count + 1);
	view = which < ARRAY_SIZE(views) ? views[which] :
	       which < count ? formats[which - ARRAY_SIZE(views)] : NULL;
	if (!begins(data + TRACE_HEAD, len - TRACE_HEAD))
		view = NULL;
	if (!view || open_view(data[1]))
		read_trace(data, data + TRACE_HEAD, len - TRACE_HEAD);
	return 0;
}
