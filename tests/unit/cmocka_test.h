/* SPDX-License-Identifier: GPL-2.0 */
/* cmocka.h with what it wants included before it. */
#ifndef TCPSTATE_CMOCKA_TEST_H
#define TCPSTATE_CMOCKA_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif /* TCPSTATE_CMOCKA_TEST_H */
