/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How numbers are written.  stdio's printf() takes longer to interpret its
 * formats than all the rest of a record's way through this program.
 *
 * All of these write at @p, without a NUL, and return where they ended.
 */
#ifndef TCPSTATE_DIGITS_H
#define TCPSTATE_DIGITS_H

#include <endian.h>
#include <linux/types.h>
#include <string.h>

/* Those of 2^64, and what eight at a time may write besides */
#define DIGITS_MAX 24

/* What has eight digits is less. */
#define DIGITS_EIGHT 100000000

/*
 * Eight digits at once, a byte each, the first in the lowest one: one number
 * of eight digits is two of four is four of two is eight of one.
 */
static inline __u64 digits_eight(__u32 value)
{
	__u64 fours = value / 10000 | (__u64)(value % 10000) << 32;
	/* 10486 / 2^20 is a hundredth of what is less than 10000, */
	__u64 hundreds = fours * 10486 >> 20 & 0x0000007f0000007fULL;
	__u64 twos = hundreds | (fours - hundreds * 100) << 16;
	/* 103 / 2^10 is a tenth of what is less than 100. */
	__u64 tens = twos * 103 >> 10 & 0x000f000f000f000fULL;

	return tens | (twos - tens * 10) << 8;
}

/* All but the first @skip of them, which are 0; the place has room for 8. */
static inline char *digits_write(char *p, __u64 digits, int skip)
{
	digits = htole64((digits | 0x3030303030303030ULL) >> 8 * skip);
	memcpy(p, &digits, sizeof(digits));
	return p + 8 - skip;
}

/**
 * digits_pad - write a number with leading zeros
 * @p: where to, DIGITS_MAX bytes at the most
 * @value: the number, less than 10 to the power @count
 * @count: how many digits, up to 9
 */
static inline char *digits_pad(char *p, __u32 value, int count)
{
	if (count > 8) {
		*p++ = '0' + value / DIGITS_EIGHT;
		value %= DIGITS_EIGHT;
		count = 8;
	}
	return digits_write(p, digits_eight(value), 8 - count);
}

char *digits_dec_large(char *p, __u64 value);

/**
 * digits_dec - write a number
 * @p: where to, DIGITS_MAX bytes at the most
 * @value: the number
 */
static inline char *digits_dec(char *p, __u64 value)
{
	__u64 digits;

	if (value >= DIGITS_EIGHT)
		return digits_dec_large(p, value);
	digits = digits_eight(value);
	return digits_write(p, digits,
			    __builtin_ctzll(digits | 1ULL << 56) / 8);
}

/**
 * digits_hex - write a number in hexadecimal, without 0x
 * @p: where to, 16 bytes at the most
 * @value: the number
 */
static inline char *digits_hex(char *p, __u64 value)
{
	int count = (67 - __builtin_clzll(value | 1)) / 4;
	char *end = p + count;
	char *digit = end;

	do {
		*--digit = "0123456789abcdef"[value % 16];
		value /= 16;
	} while (digit > p);
	return end;
}

#endif /* TCPSTATE_DIGITS_H */
