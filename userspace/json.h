/* SPDX-License-Identifier: GPL-2.0 */
/* How values are written in JSON. */
#ifndef TCPSTATE_JSON_H
#define TCPSTATE_JSON_H

#include "out.h"

/**
 * json_number - append a number
 * @out: the output
 * @value: the number
 */
void json_number(struct out *out, __s64 value);

/**
 * json_plain - append a string of ours
 * @out: the output
 * @plain: nothing in it needs to be escaped
 */
void json_plain(struct out *out, const char *plain);

/**
 * json_string - append a string of whatever bytes
 * @out: the output
 * @str: the string; each byte that is not UTF-8 becomes U+FFFD
 *
 * There is no < in what is appended, so that it may stand in HTML.
 */
void json_string(struct out *out, const char *str);

/**
 * json_hex_bytes - append a string of two hexadecimal digits a byte
 * @out: the output
 * @bytes: the bytes
 * @len: how many
 */
void json_hex_bytes(struct out *out, const __u8 *bytes, size_t len);

#endif /* TCPSTATE_JSON_H */
