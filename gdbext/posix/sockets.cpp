#include "posix/sockets.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "posix/line.h"
#include "posix/symbols.h"

namespace pysheeet::posix {

namespace {

constexpr Symbol k_families[] = {
    {AF_UNSPEC, "AF_UNSPEC"},
    {AF_UNIX, "AF_UNIX"},
    {AF_INET, "AF_INET"},
    {AF_INET6, "AF_INET6"},
    {AF_NETLINK, "AF_NETLINK"},
    {AF_PACKET, "AF_PACKET"},
    {AF_AX25, "AF_AX25"},
    {AF_IPX, "AF_IPX"},
    {AF_APPLETALK, "AF_APPLETALK"},
    {AF_X25, "AF_X25"},
    {AF_KEY, "AF_KEY"},
    {AF_CAN, "AF_CAN"},
    {AF_TIPC, "AF_TIPC"},
    {AF_BLUETOOTH, "AF_BLUETOOTH"},
    {AF_ALG, "AF_ALG"},
    {AF_VSOCK, "AF_VSOCK"},
    {44, "AF_XDP"},
};

constexpr Symbol k_socket_types[] = {
    {SOCK_STREAM, "SOCK_STREAM"},       {SOCK_DGRAM, "SOCK_DGRAM"}, {SOCK_RAW, "SOCK_RAW"},
    {SOCK_SEQPACKET, "SOCK_SEQPACKET"}, {SOCK_RDM, "SOCK_RDM"},     {SOCK_DCCP, "SOCK_DCCP"},
    {SOCK_PACKET, "SOCK_PACKET"},
};
// socket(2): flags that are or'ed into the type.
constexpr std::uint64_t k_type_mask = 0xf;
constexpr Symbol k_type_flags[] = {{SOCK_CLOEXEC, "SOCK_CLOEXEC"},
                                   {SOCK_NONBLOCK, "SOCK_NONBLOCK"}};

constexpr Symbol k_protocols[] = {
    {IPPROTO_ICMP, "IPPROTO_ICMP"},       {IPPROTO_TCP, "IPPROTO_TCP"},
    {IPPROTO_UDP, "IPPROTO_UDP"},         {IPPROTO_DCCP, "IPPROTO_DCCP"},
    {IPPROTO_ICMPV6, "IPPROTO_ICMPV6"},   {IPPROTO_SCTP, "IPPROTO_SCTP"},
    {IPPROTO_UDPLITE, "IPPROTO_UDPLITE"}, {IPPROTO_RAW, "IPPROTO_RAW"},
};

constexpr Symbol k_lookup_flags[] = {
    {AI_PASSIVE, "AI_PASSIVE"},
    {AI_CANONNAME, "AI_CANONNAME"},
    {AI_NUMERICHOST, "AI_NUMERICHOST"},
    {AI_V4MAPPED, "AI_V4MAPPED"},
    {AI_ALL, "AI_ALL"},
    {AI_ADDRCONFIG, "AI_ADDRCONFIG"},
    {0x40, "AI_IDN"},
    {0x80, "AI_CANONIDN"},
    {AI_NUMERICSERV, "AI_NUMERICSERV"},
};

constexpr Symbol k_message_flags[] = {
    {MSG_OOB, "MSG_OOB"},
    {MSG_PEEK, "MSG_PEEK"},
    {MSG_DONTROUTE, "MSG_DONTROUTE"},
    {MSG_CTRUNC, "MSG_CTRUNC"},
    {MSG_PROXY, "MSG_PROXY"},
    {MSG_TRUNC, "MSG_TRUNC"},
    {MSG_DONTWAIT, "MSG_DONTWAIT"},
    {MSG_EOR, "MSG_EOR"},
    {MSG_WAITALL, "MSG_WAITALL"},
    {MSG_FIN, "MSG_FIN"},
    {MSG_SYN, "MSG_SYN"},
    {MSG_CONFIRM, "MSG_CONFIRM"},
    {MSG_RST, "MSG_RST"},
    {MSG_ERRQUEUE, "MSG_ERRQUEUE"},
    {MSG_NOSIGNAL, "MSG_NOSIGNAL"},
    {MSG_MORE, "MSG_MORE"},
    {MSG_WAITFORONE, "MSG_WAITFORONE"},
    {MSG_FASTOPEN, "MSG_FASTOPEN"},
    {MSG_CMSG_CLOEXEC, "MSG_CMSG_CLOEXEC"},
};

constexpr std::size_t k_data_shown = 32;
constexpr std::size_t k_other_bytes_shown = 14;

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

std::uint32_t host_order(const SocketAddress& address, std::size_t at) {
  std::string four(address.bytes.substr(at, 4));
  if (!address.is_big_endian) {
    std::reverse(four.begin(), four.end());
  }
  return big_endian(four);
}

// The text of an address of 4 or 16 bytes in network order.
std::string numeric_address(std::string_view bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

std::string port_text(std::string_view bytes) {
  return ":" + std::to_string(big_endian(bytes.substr(2, 2)));
}

// sockaddr_in6(7): family, port, flow information, address, scope.
std::string ipv6_text(const SocketAddress& address) {
  const std::uint32_t flow = big_endian(address.bytes.substr(4, 4));
  const std::uint32_t scope = host_order(address, 24);
  return "[" + numeric_address(address.bytes.substr(8, 16)) +
         (scope != 0 ? "%" + std::to_string(scope) : "") + "]" + port_text(address.bytes) +
         (flow != 0 ? ", sin6_flowinfo = " + hex_text(flow) : "");
}

// unix(7): a path ends at its NUL or with the address; an abstract name begins with a NUL and has
// the length of the address. Where that is not known, NULs at the end are taken to be none of it.
std::string unix_text(const SocketAddress& address) {
  std::string_view path = address.bytes.substr(std::min<std::size_t>(2, address.bytes.size()));
  path = path.substr(0, sizeof(sockaddr_un::sun_path));
  if (!path.empty() && path.front() != '\0') {
    return quoted(until_nul(path));
  }
  if (!address.has_length) {
    path = path.substr(0, path.find_last_not_of('\0') + 1);
  }
  return path.empty() ? "unnamed" : "@" + quoted(path.substr(1));
}

std::string netlink_text(const SocketAddress& address) {
  return "nl_pid = " + std::to_string(host_order(address, 4)) +
         ", nl_groups = " + hex_text(host_order(address, 8));
}

// The first bytes behind the family in hexadecimal, if there are others than zeros.
std::string other_text(std::string_view bytes) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  bytes = bytes.substr(std::min<std::size_t>(2, bytes.size()), k_other_bytes_shown);
  std::string text;
  if (bytes.find_first_not_of('\0') == std::string_view::npos) {
    return text;
  }
  for (const char byte : bytes) {
    text += text.empty() ? "" : " ";
    text += k_digits[static_cast<unsigned char>(byte) >> 4];
    text += k_digits[static_cast<unsigned char>(byte) & 0xf];
  }
  return text;
}

struct FamilyText {
  std::uint64_t family;
  std::size_t size;  // in bytes, the least
  std::string (*text)(const SocketAddress&);
};

constexpr FamilyText k_family_texts[] = {
    {AF_INET, 8,
     [](const SocketAddress& address) {
       return numeric_address(address.bytes.substr(4, 4)) + port_text(address.bytes);
     }},
    {AF_INET6, 28, ipv6_text},
    {AF_UNIX, 2, unix_text},
    {AF_NETLINK, 12, netlink_text},
};

std::string family_text(const Integer& family) {
  const std::string name = symbol_text(family, k_families);
  return name == family.decimal() ? "family " + name : name;
}

std::string type_text(const Integer& type) {
  const std::uint64_t flags = type.bits & 0xffffffff & ~k_type_mask;
  const std::string name =
      symbol_text(Integer::of_unsigned(type.bits & k_type_mask), k_socket_types);
  return flags == 0 || type.negative ? symbol_text(type, k_socket_types)
                                     : name + "|" + flags_text(flags, k_type_flags);
}

// "0x4040a0 "hello"", or the address alone where there is nothing to read.
std::string data_text(const Fields& fields, const std::string& prefix) {
  std::string address = hex_text(bits(fields, prefix + "iov_base"));
  const auto data = bytes(fields, prefix + "data");
  const bool is_whole = data && data->size() == bits(fields, prefix + "iov_len");
  if (!data || data->empty()) {
    return address;
  }
  std::string text = quoted(*data, k_data_shown);
  if (!is_whole && !text.ends_with("...")) {
    text += "...";
  }
  return address + " " + text;
}

std::string iovec_at(const Fields& fields, const std::string& prefix) {
  Line line;
  line.member("iov_base", data_text(fields, prefix));
  line.member("iov_len", integer(fields, prefix + "iov_len").value_or(Integer{}).decimal());
  return line.text();
}

// The address that a pointer points to, or the pointer.
std::string pointed_address(const Fields& fields, std::string_view pointer,
                            std::string_view content) {
  const std::uint64_t address = bits(fields, pointer);
  const auto found = bytes(fields, content);
  if (!found) {
    return address == 0 ? "NULL" : hex_text(address);
  }
  const bool is_big_endian = bits(fields, "big_endian") != 0;
  SocketAddress shown{
      .family = {}, .bytes = *found, .has_length = true, .is_big_endian = is_big_endian};
  if (found->size() >= 2) {
    std::string family(found->substr(0, 2));
    if (!is_big_endian) {
      std::reverse(family.begin(), family.end());
    }
    shown.family = Integer::of_unsigned(big_endian(family));
  }
  return "{" + socket_address_text(shown) + "}";
}

}  // namespace

std::string socket_address_text(const SocketAddress& address) {
  std::string text = family_text(address.family);
  for (const FamilyText& known : k_family_texts) {
    if (Integer::of_unsigned(known.family) == address.family &&
        address.bytes.size() >= known.size) {
      return text + " " + known.text(address);
    }
  }
  const std::string rest = other_text(address.bytes);
  return rest.empty() ? text : text + ", bytes " + rest;
}

std::string sockaddr_text(const Fields& fields, const Format&) {
  return "{" +
         socket_address_text({.family = integer(fields, "family").value_or(Integer{}),
                              .bytes = bytes(fields, "bytes").value_or(""),
                              .has_length = false,
                              .is_big_endian = bits(fields, "big_endian") != 0}) +
         "}";
}

std::string internet_address_text(const Fields& fields, const Format&) {
  const auto address = bytes(fields, "bytes").value_or("");
  return address.size() == 4 || address.size() == 16 ? numeric_address(address) : "?";
}

std::string addrinfo_text(const Fields& fields, const Format&) {
  const auto number = [&fields](std::string_view path) {
    return integer(fields, path).value_or(Integer{});
  };
  Line line;
  line.member("ai_flags", flags_text(number("ai_flags").bits & 0xffffffff, k_lookup_flags));
  line.member("ai_family", symbol_text(number("ai_family"), k_families));
  line.member("ai_socktype", type_text(number("ai_socktype")));
  line.member("ai_protocol", symbol_text(number("ai_protocol"), k_protocols));
  line.member("ai_addr", pointed_address(fields, "ai_addr", "address bytes"));
  line.member("ai_canonname", string_text(fields, "ai_canonname"));
  const std::uint64_t next = bits(fields, "ai_next");
  return line.member("ai_next", next == 0 ? "NULL" : hex_text(next)).text();
}

std::string iovec_text(const Fields& fields, const Format&) {
  return iovec_at(fields, "");
}

std::string msghdr_text(const Fields& fields, const Format&) {
  Line line;
  line.member("msg_name", pointed_address(fields, "msg_name", "name bytes"));
  line.number(fields, "msg_namelen");
  std::string vectors;
  std::uint64_t shown = 0;
  for (; integer(fields, std::to_string(shown) + ".iov_len"); ++shown) {
    vectors += (shown > 0 ? ", " : "") + iovec_at(fields, std::to_string(shown) + ".");
  }
  const std::uint64_t address = bits(fields, "msg_iov");
  const bool is_whole = shown == bits(fields, "msg_iovlen");
  line.member("msg_iov", shown > 0      ? "{" + vectors + (is_whole ? "}" : ", ...}")
                         : address == 0 ? "NULL"
                                        : hex_text(address));
  line.number(fields, "msg_iovlen");
  const std::uint64_t control = bits(fields, "msg_control");
  line.member("msg_control", control == 0 ? "NULL" : hex_text(control));
  line.number(fields, "msg_controllen");
  return line
      .member("msg_flags", flags_text(bits(fields, "msg_flags") & 0xffffffff, k_message_flags))
      .text();
}

}  // namespace pysheeet::posix
