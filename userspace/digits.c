// SPDX-License-Identifier: GPL-2.0
#include "digits.h"

char *digits_dec_large(char *p, __u64 value)
{
	p = digits_dec(p, value / DIGITS_EIGHT);
	return digits_write(p, digits_eight(value % DIGITS_EIGHT), 0);
}
