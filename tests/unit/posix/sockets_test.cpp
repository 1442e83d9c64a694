#include "posix/sockets.h"

#include "catch.h"
#include "posix/fields_of.h"

using pysheeet::test::text_of;

namespace {

std::string sockaddr(long long family, std::string bytes) {
  return text_of("sockaddr", {{"family", family}, {"bytes", std::move(bytes)}});
}

// A family's two bytes in little-endian order, and what is behind them, up to size.
std::string address(unsigned char family, const std::string& rest, std::size_t size) {
  std::string out{static_cast<char>(family), '\0'};
  out += rest;
  out.resize(size);
  return out;
}

const std::string k_ipv6_rest("\x01\xbb\0\0\0\0\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\x12\x34\x02\0\0\0",
                              26);

}  // namespace

TEST_CASE("Internet addresses") {
  CHECK(sockaddr(2, address(2, "\x1f\x90\xc0\x00\x02\x21", 16)) == "{AF_INET 192.0.0.0:8080}");
  CHECK(sockaddr(2, address(2, std::string("\x1f\x90\xc0\x00\x02\x21", 6), 16)) ==
        "{AF_INET 192.0.2.33:8080}");
  CHECK(sockaddr(10, address(10, k_ipv6_rest, 28)) == "{AF_INET6 [fe80::1234%2]:443}");
  std::string flow = k_ipv6_rest;
  flow[5] = 7;
  CHECK(sockaddr(10, address(10, flow, 28)) ==
        "{AF_INET6 [fe80::1234%2]:443, sin6_flowinfo = 0x7}");
  CHECK(text_of("sockaddr_in6", {{"family", 10},
                                 {"bytes", std::string("\0\x0a", 2) + k_ipv6_rest},
                                 {"big_endian", 1}}) == "{AF_INET6 [fe80::1234%33554432]:443}");
  CHECK(text_of("in_addr", {{"bytes", std::string("\x7f\0\0\1", 4)}}) == "127.0.0.1");
  CHECK(text_of("in6_addr", {{"bytes", std::string(15, '\0') + '\1'}}) == "::1");
  CHECK(text_of("in_addr", {{"bytes", "x"}}) == "?");
}

TEST_CASE("an address that is cut short or has no family") {
  CHECK(sockaddr(10, address(10, k_ipv6_rest, 16)) ==
        "{AF_INET6, bytes 01 bb 00 00 00 00 fe 80 00 00 00 00 00 00}");
  CHECK(sockaddr(0, address(0, "", 16)) == "{AF_UNSPEC}");
  // The family forgotten.
  CHECK(sockaddr(0, address(0, "\x1f\x90", 16)) ==
        "{AF_UNSPEC, bytes 1f 90 00 00 00 00 00 00 00 00 00 00 00 00}");
  CHECK(sockaddr(43690, std::string(16, '\xaa')) ==
        "{family 43690, bytes aa aa aa aa aa aa aa aa aa aa aa aa aa aa}");
  CHECK(sockaddr(17, address(17, "", 20)) == "{AF_PACKET}");
  CHECK(sockaddr(1, "") == "{AF_UNIX}");
}

TEST_CASE("Unix addresses") {
  CHECK(sockaddr(1, address(1, "/run/x", 110)) == "{AF_UNIX \"/run/x\"}");
  CHECK(sockaddr(1, address(1, "/a\"\\\x1b[m\n", 110)) == "{AF_UNIX \"/a\\\"\\\\\\e[m\\n\"}");
  CHECK(sockaddr(1, address(1, std::string("\0name", 5), 110)) == "{AF_UNIX @\"name\"}");
  CHECK(sockaddr(1, address(1, std::string("\0na\0me", 6), 110)) == "{AF_UNIX @\"na\\x00me\"}");
  CHECK(sockaddr(1, address(1, "", 110)) == "{AF_UNIX unnamed}");
  // No NUL at all.
  CHECK(sockaddr(1, address(1, std::string(300, 'x'), 302)) ==
        "{AF_UNIX \"" + std::string(108, 'x') + "\"}");
}

TEST_CASE("a netlink address") {
  CHECK(sockaddr(16, address(16, std::string("\0\0\x4d\0\0\0\5\0\0\0", 10), 12)) ==
        "{AF_NETLINK nl_pid = 77, nl_groups = 0x5}");
}

TEST_CASE("an addrinfo") {
  CHECK(text_of("addrinfo", {{"ai_flags", 0x401},
                             {"ai_family", 2},
                             {"ai_socktype", 1},
                             {"ai_protocol", 6},
                             {"ai_addrlen", 16},
                             {"ai_addr", 0x1000},
                             {"address bytes", address(2, std::string("\0\x50\x7f\0\0\1", 6), 16)},
                             {"ai_canonname", 0},
                             {"ai_next", 0x2000}}) ==
        "{ai_flags = AI_PASSIVE|AI_NUMERICSERV, ai_family = AF_INET, ai_socktype = SOCK_STREAM, "
        "ai_protocol = IPPROTO_TCP, ai_addr = {AF_INET 127.0.0.1:80}, ai_canonname = NULL, "
        "ai_next = 0x2000}");
  CHECK(text_of("addrinfo", {{"ai_flags", -1},
                             {"ai_family", -1},
                             {"ai_socktype", -1},
                             {"ai_protocol", 99},
                             {"ai_addr", 0x10},
                             {"ai_canonname", "x\n"},
                             {"ai_next", 0}}) ==
        "{ai_flags = AI_PASSIVE|AI_CANONNAME|AI_NUMERICHOST|AI_V4MAPPED|AI_ALL|AI_ADDRCONFIG|"
        "AI_IDN|AI_CANONIDN|AI_NUMERICSERV|0xfffffb00, ai_family = -1, ai_socktype = -1, "
        "ai_protocol = 99, ai_addr = 0x10, ai_canonname = \"x\\n\", ai_next = NULL}");
  CHECK(text_of("addrinfo", {{"ai_socktype", 2 | 02000000 | 04000}})
            .find("ai_socktype = SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK,") != std::string::npos);
}

TEST_CASE("an address whose length is known") {
  const auto name = [](const std::string& bytes) {
    const std::string text = text_of("msghdr", {{"msg_name", 1}, {"name bytes", bytes}});
    return text.substr(0, text.find(", msg_iov"));
  };
  CHECK(name(address(1, std::string("\0ab\0", 4), 6)) == "{msg_name = {AF_UNIX @\"ab\\x00\"}");
  CHECK(name(address(1, "", 2)) == "{msg_name = {AF_UNIX unnamed}");
  CHECK(name("\1") == "{msg_name = {AF_UNSPEC}");
}

TEST_CASE("iovecs and messages") {
  CHECK(text_of("iovec", {{"iov_base", 0x10}, {"iov_len", 6}, {"data", "hello\n"}}) ==
        "{iov_base = 0x10 \"hello\\n\", iov_len = 6}");
  CHECK(text_of("iovec", {{"iov_base", 0x10}, {"iov_len", 40}, {"data", std::string(33, 'x')}}) ==
        "{iov_base = 0x10 \"" + std::string(32, 'x') + "\"..., iov_len = 40}");
  // Memory ends.
  CHECK(text_of("iovec", {{"iov_base", 0x10}, {"iov_len", 40}, {"data", "abc"}}) ==
        "{iov_base = 0x10 \"abc\"..., iov_len = 40}");
  CHECK(text_of("iovec", {{"iov_base", 0}, {"iov_len", 0}}) == "{iov_base = 0x0, iov_len = 0}");
  CHECK(text_of("msghdr", {{"msg_name", 0},
                           {"msg_namelen", 0},
                           {"msg_iov", 0x20},
                           {"msg_iovlen", 9},
                           {"0.iov_base", 0x10},
                           {"0.iov_len", 1},
                           {"0.data", "a"},
                           {"msg_control", 0},
                           {"msg_controllen", 0},
                           {"msg_flags", 0x20}}) ==
        "{msg_name = NULL, msg_namelen = 0, msg_iov = {{iov_base = 0x10 \"a\", iov_len = 1}, ...}, "
        "msg_iovlen = 9, msg_control = NULL, msg_controllen = 0, msg_flags = MSG_TRUNC}");
}
