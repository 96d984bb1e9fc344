/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffered output.  stdio's printf() takes longer to interpret its formats
 * than all the rest of a record's way through this program.
 */
#ifndef TCPSTATE_OUT_H
#define TCPSTATE_OUT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define OUT_SIZE (64 * 1024)

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
 * out_pad - append a number with leading zeros
 * @out: the output
 * @value: the number, less than 10 to the power @digits
 * @digits: how many digits, up to 9
 */
void out_pad(struct out *out, __u32 value, int digits);

static inline void out_bytes(struct out *out, const void *bytes, size_t len)
{
	if (len > OUT_SIZE - out->len)
		out_flush(out);
	memcpy(out->buf + out->len, bytes, len);
	out->len += len;
}

static inline void out_str(struct out *out, const char *str)
{
	out_bytes(out, str, strlen(str));
}

static inline void out_char(struct out *out, char c)
{
	out_bytes(out, &c, 1);
}

#endif /* TCPSTATE_OUT_H */
