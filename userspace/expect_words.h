/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a text of expectations: see expect_parse.h. */
#ifndef TCPSTATE_EXPECT_WORDS_H
#define TCPSTATE_EXPECT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "expect_parse.h"
#include "util.h"

/**
 * struct expect_word - a word
 * @text: without double quotes; ends in NUL
 * @line: where it is
 * @first: begins a line, and so a rule
 * @quoted: had double quotes
 */
struct expect_word {
	const char	*text;
	unsigned int	line;
	bool		first;
	bool		quoted;
};

/**
 * struct expect_words - all words of a text; all zero is none
 * @words: the words; the one after them has NULL for @text and true for @first
 * @count: how many
 * @store: what their texts are in
 */
struct expect_words {
	struct expect_word	*words;
	size_t			count;
	char			*store;
};

/**
 * expect_words_split - split a text
 * @words: what to fill in; @words and @store are to be freed in any case
 * @text: the text
 * @len: its length
 * @error: what is wrong
 *
 * The colon that ends the filters is a word of its own, also if there is no
 * blank before it.
 *
 * Return: true if nothing is.
 */
bool expect_words_split(struct expect_words *words, const char *text,
			size_t len, struct expect_error *error);

/**
 * expect_complain - say what is wrong
 * @error: what to fill in
 * @line: where
 * @format: what, as for printf(); any bytes may be in the arguments
 *
 * Return: false.
 */
bool __printf(3, 4) expect_complain(struct expect_error *error,
				    unsigned int line, const char *format, ...);

#endif /* TCPSTATE_EXPECT_WORDS_H */
