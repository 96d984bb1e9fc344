/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs that act by a script of verbs on their command line.
 *
 * The verbs are printed and done one after the other.  Exit status 0: all went
 * as the script says.  Else a line on stderr tells what did not.
 */
#ifndef _SCRIPT_H
#define _SCRIPT_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/*
 * A verb that takes longer is stuck: some other end did not do its part.
 * "limit" changes it: kernels have timers that take longer, too.
 */
#define LIMIT_SECONDS 60

/**
 * struct verb - a line of a program's table of verbs, which ends with {}
 * @name: as on the command line
 * @arguments: a word for each, all in capitals; a last "[...]" stands for any
 *	number of KEY=VALUE
 * @run: does it; returns 0 or -errno, which "fails" may have announced
 */
struct verb {
	const char *name;
	const char *arguments;
	int (*run)(char **arguments);
};

unsigned long parse_number(const char *text);
void sleep_ms(unsigned long ms);

/* What "touch" and "await" do; these return 0 or -errno. */
int touch_file(const char *file);
int await_file(const char *file);

/* In the script, what is behind the verb that runs: a verb may move it. */
extern char **script_rest;

/**
 * run_script - do it all
 * @verbs: those of the program, to which this adds (ends with {})
 *
 *	sleep MILLISECONDS
 *	touch FILE	tells others
 *	await FILE	till it is there
 *	fails ERRNO	the next verb does, with this
 *	limit SECONDS	for each of the next verbs, 0 for none
 *
 * @words: the script
 */
void run_script(const struct verb *verbs, char **words);

#endif /* _SCRIPT_H */
