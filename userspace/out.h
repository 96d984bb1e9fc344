/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffered output.  What each record appends has its length known or at hand,
 * and what is short is copied as a block of a fixed size: so that it takes a
 * few instructions, none of them a call.
 */
#ifndef TCPSTATE_OUT_H
#define TCPSTATE_OUT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "util.h"

#define OUT_SIZE (64 * 1024)

/**
 * struct word - a short text, to be copied as a whole
 * @text: the text, ending in NUL
 * @len: its length
 */
struct word {
	char	text[31];
	__u8	len;
};

#define WORD(string) { .text = (string), .len = sizeof(string) - 1 }

/**
 * struct out - where output goes
 * @fd: a descriptor to write to
 * @name: what it is called in a message
 * @error: errno of the first failure; once set, all else is discarded
 * @len: bytes in @buf
 * @buf: what is not written yet
 */
struct out {
	int		fd;
	const char	*name;
	int		error;
	size_t		len;
	char		buf[OUT_SIZE];
};

/**
 * out_init - begin output
 * @out: what to fill in
 * @fd: an open descriptor
 * @name: what it is called in a message
 */
void out_init(struct out *out, int fd, const char *name);

/**
 * out_flush - write what is buffered
 * @out: the output; @error is set if that fails
 */
void out_flush(struct out *out);

/**
 * out_through - write what is large from where it is
 * @out: the output; @error is set if that fails
 * @bytes: what to write, after what is buffered
 * @len: how much
 */
void out_through(struct out *out, const void *bytes, size_t len);

/**
 * out_close - write what is buffered and close the descriptor
 * @out: the output
 *
 * Says on stderr what went wrong first, if anything ever did.
 *
 * Return: true if all was written.
 */
bool out_close(struct out *out);

/**
 * out_dec - append a number
 * @out: the output
 * @value: the number
 */
void out_dec(struct out *out, __u64 value);

/**
 * out_hex - append a number in hexadecimal, without 0x
 * @out: the output
 * @value: the number
 */
void out_hex(struct out *out, __u64 value);

/**
 * out_hex_bytes - append two hexadecimal digits a byte
 * @out: the output
 * @bytes: the bytes
 * @len: how many
 */
void out_hex_bytes(struct out *out, const __u8 *bytes, size_t len);

/**
 * out_pad - append a number with leading zeros
 * @out: the output
 * @value: the number, less than 10 to the power @digits
 * @digits: how many digits, up to 9
 */
void out_pad(struct out *out, __u32 value, int digits);

/**
 * out_printf - append formatted text, where it need not be fast
 * @out: the output
 * @format: as for printf(); not more than OUT_SIZE come of it
 */
void __printf(2, 3) out_printf(struct out *out, const char *format, ...);

/**
 * out_room - where to write what out_end() then appends
 * @out: the output
 * @len: how much at the most
 *
 * Return: the place.
 */
static inline char *out_room(struct out *out, size_t len)
{
	if (len > OUT_SIZE - out->len)
		out_flush(out);
	return out->buf + out->len;
}

static inline void out_end(struct out *out, const char *end)
{
	out->len = end - out->buf;
}

static inline void out_bytes(struct out *out, const void *bytes, size_t len)
{
	memcpy(out_room(out, len), bytes, len);
	out->len += len;
}

static inline void out_word(struct out *out, const struct word *word)
{
	memcpy(out_room(out, sizeof(*word)), word, sizeof(*word));
	out->len += word->len;
}

static inline void out_str(struct out *out, const char *str)
{
	out_bytes(out, str, strlen(str));
}

static inline void out_char(struct out *out, char c)
{
	*out_room(out, 1) = c;
	out->len++;
}

#endif /* TCPSTATE_OUT_H */
