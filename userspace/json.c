// SPDX-License-Identifier: GPL-2.0
#include "json.h"

#include "util.h"

void json_number(struct out *out, __s64 value)
{
	if (value < 0)
		out_char(out, '-');
	out_dec(out, value < 0 ? -(__u64)value : (__u64)value);
}

void json_plain(struct out *out, const char *plain)
{
	out_char(out, '"');
	out_str(out, plain);
	out_char(out, '"');
}

/* Length of the UTF-8 sequence at @s, 0 if there is none (RFC 3629). */
static int utf8_len(const unsigned char *s)
{
	static const struct {
		unsigned char first_min, first_max, second_min, second_max;
		int len;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },	/* no surrogates */
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t i;
	int n;

	for (i = 0; i < ARRAY_SIZE(forms); i++)
		if (s[0] >= forms[i].first_min && s[0] <= forms[i].first_max)
			break;
	if (i == ARRAY_SIZE(forms) ||
	    s[1] < forms[i].second_min || s[1] > forms[i].second_max)
		return 0;
	/* The NUL at the end of a string ends this as well. */
	for (n = 2; n < forms[i].len; n++)
		if ((s[n] & 0xc0) != 0x80)
			return 0;
	return forms[i].len;
}

static void put_code(struct out *out, unsigned char code)
{
	out_str(out, "\\u00");
	out_char(out, "0123456789abcdef"[code / 16]);
	out_char(out, "0123456789abcdef"[code % 16]);
}

/* What is not ASCII.  Return: how much of @s that was. */
static int put_utf8(struct out *out, const unsigned char *s)
{
	int len = utf8_len(s);

	if (!len) {
		out_str(out, "\\ufffd");
		return 1;
	}
	/* U+0080 to U+009F are control characters, like those below U+0020. */
	if (s[0] == 0xc2 && s[1] < 0xa0)
		put_code(out, s[1]);
	else
		out_bytes(out, s, len);
	return len;
}

static int put_escaped(struct out *out, const unsigned char *s)
{
	if (*s > 0x7f)
		return put_utf8(out, s);
	if (*s == '"' || *s == '\\') {
		out_char(out, '\\');
		out_char(out, *s);
	} else if (*s < 0x20 || *s == 0x7f || *s == '<') {
		put_code(out, *s);
	} else {
		out_char(out, *s);
	}
	return 1;
}

void json_string(struct out *out, const char *str)
{
	const unsigned char *s = (const unsigned char *)str;

	out_char(out, '"');
	while (*s)
		s += put_escaped(out, s);
	out_char(out, '"');
}

void json_hex_bytes(struct out *out, const __u8 *bytes, size_t len)
{
	out_char(out, '"');
	out_hex_bytes(out, bytes, len);
	out_char(out, '"');
}
