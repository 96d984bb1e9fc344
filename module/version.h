/* SPDX-License-Identifier: GPL-2.0 */
/* Of the module and the reader; debian/changelog has it, too. */
#ifndef TCPSTATE_VERSION_H
#define TCPSTATE_VERSION_H

#define TCPSTATE_VERSION "0.1.0"

#endif /* TCPSTATE_VERSION_H */
