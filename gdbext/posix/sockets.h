#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "posix/format.h"

namespace pysheeet::posix {

// A socket address by its family: "AF_INET 127.0.0.1:80", "AF_INET6 [fe80::1%2]:443",
// "AF_UNIX "/run/x"", "AF_UNIX @"abstract"". What a family's address has beyond the bytes that are
// there is not shown.
struct SocketAddress {
  Integer family;
  std::string_view bytes;      // all, from the family on
  bool has_length = false;     // that length was told, as by an accept(2): no guess
  bool is_big_endian = false;  // the program, in what is not in network order
};
std::string socket_address_text(const SocketAddress& address);

// struct sockaddr, sockaddr_in and their like: "family", "bytes", "big_endian".
std::string sockaddr_text(const Fields& fields, const Format& format);

// in_addr and in6_addr: "bytes".
std::string internet_address_text(const Fields& fields, const Format& format);

// Their members, and "address bytes" of what ai_addr points to.
std::string addrinfo_text(const Fields& fields, const Format& format);

// Their members, and "data", what iov_base points to.
std::string iovec_text(const Fields& fields, const Format& format);

// Their members, "name bytes" of what msg_name points to, and "N.iov_base", "N.iov_len" and
// "N.data" of the first iovecs.
std::string msghdr_text(const Fields& fields, const Format& format);

}  // namespace pysheeet::posix
