// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "script.h"

char **script_rest;

static int expected;	/* what the next verb is to return */
static unsigned int limit = LIMIT_SECONDS;

unsigned long parse_number(const char *text)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || end == text || *end)
		errx(EXIT_FAILURE, "'%s' is no number", text);
	return number;
}

void sleep_ms(unsigned long ms)
{
	struct timespec left = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000,
	};

	while (nanosleep(&left, &left))
		;
}

static int do_sleep(char **arguments)
{
	alarm(0);
	sleep_ms(parse_number(*arguments));
	return 0;
}

int touch_file(const char *file)
{
	int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);

	if (fd < 0)
		return -errno;
	return close(fd) ? -errno : 0;
}

static int do_touch(char **arguments)
{
	return touch_file(*arguments);
}

/*
 * Who waits for long asks less often: where the kernel checks itself, twenty that ask
 * every 5 ms have no time left for what they wait for.
 */
int await_file(const char *file)
{
	unsigned long pause = 5;

	while (access(file, F_OK)) {
		if (errno != ENOENT)
			return -errno;
		sleep_ms(pause);
		if (pause < 100)
			pause++;
	}
	return 0;
}

static int do_await(char **arguments)
{
	return await_file(*arguments);
}

static int do_fails(char **arguments)
{
	int error;

	for (error = 1; error < 4096; error++) {
		const char *name = strerrorname_np(error);

		if (name && !strcmp(name, *arguments))
			break;
	}
	if (error == 4096)
		errx(EXIT_FAILURE, "'%s' is no error", *arguments);
	expected = -error;
	return 0;
}

static int do_limit(char **arguments)
{
	limit = parse_number(*arguments);
	return 0;
}

static void give_up(int sig)
{
	static const char text[] = "the verb printed last is stuck\n";

	(void)sig;
	/* There is nothing to be done if this fails. */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(EXIT_FAILURE);
	_exit(EXIT_FAILURE);
}

static const struct verb common_verbs[] = {
	{ "sleep", "MILLISECONDS", do_sleep },
	{ "touch", "FILE", do_touch },
	{ "await", "FILE", do_await },
	{ "fails", "ERRNO", do_fails },
	{ "limit", "SECONDS", do_limit },
	{}
};

static const struct verb *find_verb(const struct verb *verbs, const char *name)
{
	for (; verbs->name; verbs++)
		if (!strcmp(verbs->name, name))
			return verbs;
	return NULL;
}

/* Print the verb with its arguments, which script_rest is moved behind. */
static void take_arguments(const struct verb *verb)
{
	const char *word;

	fputs(verb->name, stdout);
	for (word = verb->arguments; *word; word += strspn(word, " ")) {
		if (*word == '[') {
			while (*script_rest && strchr(*script_rest, '='))
				printf(" %s", *script_rest++);
			break;
		}
		if (!*script_rest)
			errx(EXIT_FAILURE, "%s needs %s", verb->name,
			     verb->arguments);
		printf(" %s", *script_rest++);
		word += strcspn(word, " ");
	}
	puts("");
}

static void act(const struct verb *verb, char **arguments)
{
	int due = expected;
	int error;

	expected = 0;
	alarm(limit);
	error = verb->run(arguments);
	if (error == due)
		return;
	if (!due)
		errx(EXIT_FAILURE, "%s: %s", verb->name, strerror(-error));
	errx(EXIT_FAILURE, "%s: %s, but expected: %s", verb->name,
	     strerror(-error), strerror(-due));
}

void run_script(const struct verb *verbs, char **words)
{
	signal(SIGALRM, give_up);
	setvbuf(stdout, NULL, _IOLBF, 0);
	script_rest = words;
	while (*script_rest) {
		const char *name = *script_rest++;
		char **arguments = script_rest;
		const struct verb *verb = find_verb(verbs, name) ?:
					  find_verb(common_verbs, name);

		if (!verb)
			errx(EXIT_FAILURE, "'%s' is no verb", name);
		take_arguments(verb);
		act(verb, arguments);
	}
	if (expected)
		errx(EXIT_FAILURE, "nothing follows fails");
}
