// SPDX-License-Identifier: GPL-2.0
/* What was asked for: the command line, and the parts that it names. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../module/version.h"
#include "command.h"
#include "filter.h"
#include "replace.h"
#include "signals.h"
#include "source.h"
#include "trace.h"
#include "util.h"
#include "view.h"

/* Of a terminal that does not tell. */
#define COLUMNS_DEFAULT 80

/* Where --help tells what something is. */
#define HELP_COLUMN 16

/* The first is what one gets without asking, the others are subcommands. */
static const struct view *const views[] = {
	&view_text,
	&view_expect,
	&view_dump,
	&view_ladder,
	&view_pcap,
	&view_summary,
	&view_status,
	&view_graph,
	&view_metrics,
	&view_watch,
	&view_report,
};

/* Other forms of the first: --NAME chooses one. */
static const struct view *const formats[] = {
	&view_json,
	&view_csv,
};

/*
 * What getopt_long() returns for an option with a name, --help too: if wrong,
 * it is to be called by that.  OPERAND is what it returns for what is none.
 */
enum {
	OPERAND = 1,
	OPTION_HELP = 256,
	OPTION_VERSION,
	OPTION_VIEW,		/* the view's first, the others follow */
	OPTION_FORMAT = OPTION_VIEW + VIEW_OPTIONS_MAX,	/* likewise */
};

#define LETTERS "-:c:r:w:h"

/* What getopt_long() is to know, both with an end */
struct syntax {
	struct option	options[2 + ARRAY_SIZE(formats) + VIEW_OPTIONS_MAX + 1];
	char		letters[sizeof(LETTERS) + 2 * VIEW_OPTIONS_MAX];
};

struct request {
	const struct view *view;
	const struct view *format;
	const char	*operand;
	char		*expression;
	const char	*read_from;
	const char	*write_to;
	__u64		limit;
	char		**command;
};

static const char usage[] =
	"Usage: tcpstate [OPTION]... [VIEW] [EXPRESSION] [-- COMMAND [ARG]...]\n"
	"Show the state transitions of this machine's TCP sockets as they happen: all,\n"
	"or those that an EXPRESSION like tcpdump's lets through.\n"
	"\n"
	"A VIEW shows something else:\n";

static const char usage_options[] =
	"\n"
	"  --json        JSON Lines, of segments too\n"
	"  --csv         CSV, likewise\n"
	"  -c COUNT      end after COUNT of what is shown\n"
	"  -r FILE       read a trace rather than /dev/tcpstate; - is standard input\n"
	"  -w FILE       write a trace rather than show it; - is standard output\n"
	"  -- COMMAND    run COMMAND, and trace while it runs\n"
	"  -h, --help    show this\n"
	"  --version     show the version\n"
	"\n"
	"See tcpstate(8).\n";

static bool is_letter(const struct view_option *option)
{
	return !option->name[1];
}

/* Neither may a full disk pass for success here. */
static int say(const char *text)
{
	if (fputs(text, stdout) == EOF || fclose(stdout))
		err(EXIT_FAILURE, "standard output");
	return EXIT_SUCCESS;
}

/* "NAME ARGUMENT", and the lines of HELP beside it or, if it is long, below */
static void print_help(const char *prefix, const char *name,
		       const char *argument, const char *help)
{
	int width = printf("%s%s%s%s", prefix, name, argument ? " " : "",
			   argument ? argument : "");
	int len;

	if (width >= HELP_COLUMN)
		width = printf("\n") - 1;
	do {
		len = strcspn(help, "\n");
		printf("%*s%.*s\n", HELP_COLUMN - width, "", len, help);
		help += len;
		width = 0;
	} while (*help++);
}

static void print_usage(void)
{
	const struct view_option *option;
	size_t i, j;

	fputs(usage, stdout);
	for (i = 1; i < ARRAY_SIZE(views); i++) {
		print_help("  ", views[i]->name, views[i]->operand,
			   views[i]->help);
		for (j = 0; j < VIEW_OPTIONS_MAX; j++) {
			option = &views[i]->options[j];
			if (option->name)
				print_help(is_letter(option) ? "    -" : "    --",
					   option->name, option->argument,
					   option->help);
		}
	}
}

static __u64 parse_count(const char *text)
{
	unsigned long long count;

	errno = 0;
	count = strtoull(text, NULL, 10);
	if (text[strspn(text, "0123456789")] || !count || errno)
		errx(EXIT_USAGE, "-c: '%s' is not a number above 0", text);
	return count;
}

static struct option make_option(const char *name, const char *argument,
				 int value)
{
	return (struct option){
		.name		= name,
		.has_arg	= argument ? required_argument : no_argument,
		.val		= value,
	};
}

static void fill_syntax(struct syntax *syntax, const struct view *view)
{
	struct option *options = syntax->options;
	const struct view_option *own;
	char *letters;
	size_t i;

	memset(syntax, 0, sizeof(*syntax));
	letters = stpcpy(syntax->letters, LETTERS);
	*options++ = make_option("help", NULL, OPTION_HELP);
	*options++ = make_option("version", NULL, OPTION_VERSION);
	for (i = 0; i < ARRAY_SIZE(formats); i++)
		*options++ = make_option(formats[i]->name, NULL,
					 OPTION_FORMAT + i);
	for (i = 0; view && i < VIEW_OPTIONS_MAX; i++) {
		own = &view->options[i];
		if (own->name && is_letter(own))
			letters += sprintf(letters, "%s%s", own->name,
					   own->argument ? ":" : "");
		else if (own->name)
			*options++ = make_option(own->name, own->argument,
						 OPTION_VIEW + i);
	}
}

static const struct view *find_view(const char *name)
{
	size_t i;

	for (i = 1; i < ARRAY_SIZE(views); i++)
		if (!strcmp(views[i]->name, name))
			return views[i];
	return NULL;
}

/* The words of an expression are joined by blanks, as tcpdump does. */
static void add_word(struct request *request, const char *text)
{
	char *before = request->expression;

	if (asprintf(&request->expression, "%s%s%s", before ? before : "",
		     before ? " " : "", text) < 0)
		err(EXIT_FAILURE, "a filter");
	free(before);
}

static void take_operand(struct request *request, const char *text)
{
	if (!request->view && !request->expression) {
		request->view = find_view(text);
		if (request->view)
			return;
	} else if (request->view && request->view->operand &&
		   !request->operand) {
		request->operand = text;
		return;
	}
	add_word(request, text);
}

/* Of a letter it is that, of a name its place. */
static void take_own_option(const struct view *view, int option)
{
	const struct view_option *own;
	int i;

	for (i = 0; i < VIEW_OPTIONS_MAX; i++) {
		own = &view->options[i];
		if (own->name && option == (is_letter(own) ? own->name[0] :
					    OPTION_VIEW + i))
			*own->value = own->argument ? optarg : own->name;
	}
}

static void take_option(struct request *request, int option, char **argv)
{
	switch (option) {
	case 'c':
		request->limit = parse_count(optarg);
		break;
	case 'r':
		request->read_from = optarg;
		break;
	case 'w':
		request->write_to = optarg;
		break;
	case 'h':
	case OPTION_HELP:
		print_usage();
		exit(say(usage_options));
	case OPTION_VERSION:
		exit(say("tcpstate " TCPSTATE_VERSION "\n"));
	case ':':
		if (optopt < OPTION_HELP)
			errx(EXIT_USAGE, "-%c needs an argument", optopt);
		errx(EXIT_USAGE, "%s needs an argument", argv[optind - 1]);
	case '?':
		if (optopt && optopt < OPTION_HELP)
			errx(EXIT_USAGE, "unknown option '-%c': see tcpstate --help",
			     optopt);
		errx(EXIT_USAGE, "wrong option '%s': see tcpstate --help",
		     argv[optind - 1]);
	case OPERAND:
		take_operand(request, optarg);
		break;
	default:
		if (option >= OPTION_FORMAT)
			request->format = formats[option - OPTION_FORMAT];
		else
			take_own_option(request->view, option);
	}
}

static void check(const struct request *request)
{
	const struct view *view = request->view;
	const struct view *format = request->format;

	if (view && view->operand && !request->operand)
		errx(EXIT_USAGE, "%s needs a %s after it", view->name,
		     view->operand);
	if (view && view->show) {
		if (request->read_from || request->write_to || request->limit ||
		    request->command || request->expression ||
		    (format && format != &view_json))
			errx(EXIT_USAGE, "%s shows no records: it takes no option but --json",
			     view->name);
		return;
	}
	if (view && format)
		errx(EXIT_USAGE, "--%s is for what %s does not show: choose one",
		     format->name, view->name);
	if (request->write_to && (view || format))
		errx(EXIT_USAGE, "%s%s shows records, -w writes them: choose one",
		     format ? "--" : "", format ? format->name : view->name);
	if (request->read_from && request->command)
		errx(EXIT_USAGE, "-r reads a trace, so there is no COMMAND to trace");
}

static void parse(struct request *request, int argc, char **argv)
{
	struct syntax syntax;
	const char *last = NULL;
	int option;

	fill_syntax(&syntax, NULL);
	opterr = 0;
	while ((option = getopt_long(argc, argv, syntax.letters, syntax.options,
				     NULL)) != -1) {
		take_option(request, option, argv);
		if (option == OPERAND)
			fill_syntax(&syntax, request->view);
		last = optarg;
	}

	/* A "--" that was an option's argument ends no options. */
	if (argv[optind - 1] != last && !strcmp(argv[optind - 1], "--")) {
		if (!argv[optind])
			errx(EXIT_USAGE, "-- needs a COMMAND after it");
		request->command = argv + optind;
	}
	check(request);
}

static bool writes_file(const struct request *request)
{
	return request->write_to && strcmp(request->write_to, "-") != 0;
}

/* Without a standard output, the source may have come to be in its place. */
static bool same_file(int one, int other)
{
	struct stat a, b;

	return one != other && !fstat(one, &a) && !fstat(other, &b) &&
	       S_ISREG(a.st_mode) && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static void refuse_same(int source, int output, const char *name)
{
	if (same_file(source, output))
		errx(EXIT_FAILURE, "%s: cannot be read and written at once",
		     name);
}

/* After the source, so that a mistaken -r makes no -w file. */
static void open_output(struct out *out, const struct request *request,
			int source)
{
	if (writes_file(request))
		out_init(out, open(request->write_to,
				   O_WRONLY | O_CREAT | O_CLOEXEC, 0666),
			 request->write_to);
	else if (request->write_to && isatty(STDOUT_FILENO))
		errx(EXIT_USAGE,
		     "-w: a trace is not for a terminal: use -w FILE or a pipe");
	else
		out_init(out, STDOUT_FILENO, "standard output");
	if (out->fd < 0)
		err(EXIT_FAILURE, "%s", out->name);
	refuse_same(source, out->fd, out->name);
}

/* What a view writes itself it writes late: all of the trace would be lost then. */
static void check_output(const char *path, int source)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	refuse_same(source, fd, path);
	if (fd >= 0)
		close(fd);
	if (!replace_try(path))
		exit(EXIT_FAILURE);
}

/* After all that may fail, so that what was in the file is not lost for it. */
static void empty_output(struct out *out)
{
	struct stat stat;

	if (!fstat(out->fd, &stat) && S_ISREG(stat.st_mode) &&
	    ftruncate(out->fd, 0))
		out->error = errno;
}

static void open_display(struct display *display, struct out *out)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	display->out = out;
	if (!isatty(out->fd))
		return;
	display->columns = COLUMNS_DEFAULT;
	display->colour = (!no_colour || !*no_colour) && term &&
			  strcmp(term, "dumb") != 0;
}

static const struct view *choose_view(const struct request *request)
{
	const struct view *view = request->view;

	if (!view)
		return request->format ? request->format : views[0];
	if (view->open)
		view->open(request->operand);
	return view;
}

static bool open_source(struct source *source, const struct request *request)
{
	if (request->read_from)
		return source_open_file(source, request->read_from);
	return source_open_device(source, request->command);
}

/* Show where in the expression something is wrong, if it is on one line. */
static void point_at(const char *expression, const struct filter_error *error)
{
	size_t len = error->len ? error->len : 1;

	if (strpbrk(expression, "\t\n\r"))
		return;
	fprintf(stderr, "  %s\n%*s", expression, (int)error->at + 2, "");
	while (len--)
		fputc('^', stderr);
	fputc('\n', stderr);
}

static const struct filter *choose_filter(const struct request *request)
{
	static struct filter filter;
	struct filter_error error;

	if (!request->expression)
		return NULL;
	if (filter_compile(&filter, request->expression, &error))
		return &filter;
	warnx("filter: %s", error.text);
	point_at(request->expression, &error);
	exit(EXIT_USAGE);
}

/* What the trace was, at its end */
static void report(const struct trace *trace)
{
	char segments[64] = "", filtered[64] = "";

	if (!trace->view || trace->view->segment)
		snprintf(segments, sizeof(segments), "%llu segments, ",
			 trace->segments);
	if (trace->filter)
		snprintf(filtered, sizeof(filtered), "%llu filtered out, ",
			 trace->filtered + source_filtered(trace->source));
	warnx("%llu transitions, %s%s%llu lost", trace->transitions, segments,
	      filtered, trace->lost);
}

/* Return: exit status of the COMMAND, if there is one. */
static int run(struct trace *trace, const struct request *request)
{
	bool good;
	int status;

	trace_begin(trace);
	if (request->command) {
		status = command_start(&trace->command, request->command);
		if (status)
			return status;
	}
	if (writes_file(request))
		empty_output(trace->display->out);
	good = trace_run(trace);
	good &= out_close(trace->display->out);
	if (trace->source->live)
		report(trace);
	status = request->command ? command_wait(&trace->command) : 0;
	return good ? status : EXIT_FAILURE;
}

static int show(const struct view *view, struct out *out, bool json)
{
	bool good;

	out_init(out, STDOUT_FILENO, "standard output");
	good = view->show(out, json);
	return out_close(out) && good ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Of those that the parent may have left in a way that would mislead us */
static void put_in_order(void)
{
	int null;

	/* With SIGCHLD ignored, waitpid(2) would not tell how a child ended. */
	signal(SIGCHLD, SIG_DFL);
	/* What is said must not go to a file that has come in its place. */
	if (fcntl(STDERR_FILENO, F_GETFD) < 0) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		if (null != STDERR_FILENO)
			close(null);
	}
}

int main(int argc, char **argv)
{
	static struct source source;
	static struct out out;
	struct request request = { 0 };
	struct display display = { 0 };
	struct trace trace = {
		.source		= &source,
		.display	= &display,
		.command	= { .pidfd = -1 },
	};

	put_in_order();
	parse(&request, argc, argv);
	if (request.view && request.view->show)
		return show(request.view, &out, request.format);
	if (!request.write_to)
		trace.view = choose_view(&request);
	trace.filter = choose_filter(&request);
	trace.limit = request.limit;
	if (!open_source(&source, &request))
		return EXIT_FAILURE;
	open_output(&out, &request, source.fd);
	if (trace.view && trace.view->output && *trace.view->output)
		check_output(*trace.view->output, source.fd);
	open_display(&display, &out);
	display.live = source.live;
	trace.signals = signals_catch();
	if (trace.signals < 0)
		err(EXIT_FAILURE, "signals");
	return run(&trace, &request);
}
