// SPDX-License-Identifier: GPL-2.0
#include "expect_words.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

/* Where splitting stands. */
struct splitter {
	const char		*in;
	const char		*end;
	char			*out;
	unsigned int		line;
	bool			fresh;		/* at the beginning of a line */
	unsigned int		colons;		/* how many end the word */
	struct expect_words	*words;
	struct expect_error	*error;
};

bool expect_complain(struct expect_error *error, unsigned int line,
		     const char *format, ...)
{
	va_list args;
	char *p;

	error->line = line;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	for (p = error->text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Go to where a word begins, or to the end. */
static void skip(struct splitter *splitter)
{
	for (; splitter->in < splitter->end; splitter->in++) {
		if (*splitter->in == '\n') {
			splitter->line++;
			splitter->fresh = true;
		} else if (is_blank(*splitter->in)) {
			splitter->fresh = false;
		} else if (*splitter->in == '#') {
			/* The newline is met next. */
			while (splitter->in + 1 < splitter->end &&
			       splitter->in[1] != '\n')
				splitter->in++;
		} else {
			break;
		}
	}
}

static struct expect_word *add_word(struct splitter *splitter, const char *text)
{
	struct expect_words *words = splitter->words;
	struct expect_word *word;

	words->words = array_room(words->words, words->count,
				  sizeof(*words->words));
	word = &words->words[words->count++];
	*word = (struct expect_word){ text, splitter->line, splitter->fresh,
				      false };
	splitter->fresh = false;
	return word;
}

static bool take_quoted(struct splitter *splitter)
{
	splitter->colons = 0;
	for (splitter->in++; splitter->in < splitter->end; splitter->in++) {
		if (*splitter->in == '\n')
			break;
		if (*splitter->in == '"') {
			splitter->in++;
			return true;
		}
		*splitter->out++ = *splitter->in;
	}
	return expect_complain(splitter->error, splitter->line,
			       "a double quote without another");
}

static bool take_bytes(struct splitter *splitter, struct expect_word *word)
{
	splitter->colons = 0;
	while (splitter->in < splitter->end && *splitter->in != '\n' &&
	       !is_blank(*splitter->in)) {
		if (*splitter->in == '"') {
			word->quoted = true;
			if (!take_quoted(splitter))
				return false;
			continue;
		}
		splitter->colons = *splitter->in == ':' ? splitter->colons + 1 :
							  0;
		*splitter->out++ = *splitter->in++;
	}
	return true;
}

/*
 * Two colons at the end are an address's own.  So an odd number of them is
 * that, or nothing, and one that ends the filters.
 */
static bool take_word(struct splitter *splitter)
{
	struct expect_word *word;

	/* Where indents get lost, an arrow does not begin a rule. */
	if (*splitter->in == '-')
		splitter->fresh = false;
	word = add_word(splitter, splitter->out);
	if (!take_bytes(splitter, word))
		return false;
	if (splitter->colons % 2) {
		*--splitter->out = '\0';
		if (*word->text || word->quoted)
			add_word(splitter, ":");
		else
			word->text = ":";
	}
	*splitter->out++ = '\0';
	return true;
}

/* A string that holds one would seem to end there. */
static bool check_nul(const char *text, size_t len, struct expect_error *error)
{
	const char *nul = memchr(text, '\0', len);
	unsigned int line = 1;

	if (!nul)
		return true;
	for (; text < nul; text++)
		line += *text == '\n';
	return expect_complain(error, line, "a NUL byte: this is no text");
}

bool expect_words_split(struct expect_words *words, const char *text,
			size_t len, struct expect_error *error)
{
	struct splitter splitter = {
		.in	= text,
		.end	= text + len,
		.line	= 1,
		.fresh	= true,
		.words	= words,
		.error	= error,
	};

	*words = (struct expect_words){ 0 };
	if (!check_nul(text, len, error))
		return false;
	/* Each word has a byte after it that is not in it, but the last. */
	words->store = malloc(len + 1);
	if (!words->store)
		err(EXIT_FAILURE, "a text of %zu bytes", len);
	splitter.out = words->store;
	for (skip(&splitter); splitter.in < splitter.end; skip(&splitter))
		if (!take_word(&splitter))
			return false;
	splitter.fresh = true;
	add_word(&splitter, NULL);
	words->count--;
	return true;
}
