#include "posix/terminals.h"

#include <sys/ioctl.h>
#include <termios.h>

#include "posix/block.h"
#include "posix/line.h"
#include "posix/symbols.h"

namespace pysheeet::posix {

namespace {

// termios(3); the numbers are those of Linux on x86, ARM and most others.
constexpr Symbol k_input[] = {
    {IGNBRK, "IGNBRK"}, {BRKINT, "BRKINT"},   {IGNPAR, "IGNPAR"}, {PARMRK, "PARMRK"},
    {INPCK, "INPCK"},   {ISTRIP, "ISTRIP"},   {INLCR, "INLCR"},   {IGNCR, "IGNCR"},
    {ICRNL, "ICRNL"},   {0x200, "IUCLC"},     {IXON, "IXON"},     {IXANY, "IXANY"},
    {IXOFF, "IXOFF"},   {IMAXBEL, "IMAXBEL"}, {IUTF8, "IUTF8"},
};
constexpr Symbol k_output[] = {
    {OPOST, "OPOST"},       {2, "OLCUC"},           {ONLCR, "ONLCR"},       {OCRNL, "OCRNL"},
    {ONOCR, "ONOCR"},       {ONLRET, "ONLRET"},     {OFILL, "OFILL"},       {OFDEL, "OFDEL"},
    {NL1, "NL1", NLDLY},    {CR1, "CR1", CRDLY},    {CR2, "CR2", CRDLY},    {CR3, "CR3", CRDLY},
    {TAB1, "TAB1", TABDLY}, {TAB2, "TAB2", TABDLY}, {TAB3, "TAB3", TABDLY}, {BS1, "BS1", BSDLY},
    {VT1, "VT1", VTDLY},    {FF1, "FF1", FFDLY},
};
constexpr Symbol k_control[] = {
    {CS5, "CS5", CSIZE}, {CS6, "CS6", CSIZE}, {CS7, "CS7", CSIZE},    {CS8, "CS8", CSIZE},
    {CSTOPB, "CSTOPB"},  {CREAD, "CREAD"},    {PARENB, "PARENB"},     {PARODD, "PARODD"},
    {HUPCL, "HUPCL"},    {CLOCAL, "CLOCAL"},  {0x40000000, "CMSPAR"}, {CRTSCTS, "CRTSCTS"},
};
constexpr Symbol k_local[] = {
    {ISIG, "ISIG"},     {ICANON, "ICANON"},   {4, "XCASE"},         {ECHO, "ECHO"},
    {ECHOE, "ECHOE"},   {ECHOK, "ECHOK"},     {ECHONL, "ECHONL"},   {NOFLSH, "NOFLSH"},
    {TOSTOP, "TOSTOP"}, {ECHOCTL, "ECHOCTL"}, {ECHOPRT, "ECHOPRT"}, {ECHOKE, "ECHOKE"},
    {FLUSHO, "FLUSHO"}, {PENDIN, "PENDIN"},   {IEXTEN, "IEXTEN"},   {EXTPROC, "EXTPROC"},
};

constexpr std::uint64_t k_speed_mask = 0x100f;       // CBAUD
constexpr std::uint64_t k_input_speed = 0x100f0000;  // CIBAUD
constexpr Symbol k_speeds[] = {
    {B0, "0 (hang up)"},   {B50, "50"},           {B75, "75"},           {B110, "110"},
    {B134, "134.5"},       {B150, "150"},         {B200, "200"},         {B300, "300"},
    {B600, "600"},         {B1200, "1200"},       {B1800, "1800"},       {B2400, "2400"},
    {B4800, "4800"},       {B9600, "9600"},       {B19200, "19200"},     {B38400, "38400"},
    {B57600, "57600"},     {B115200, "115200"},   {B230400, "230400"},   {B460800, "460800"},
    {B500000, "500000"},   {B576000, "576000"},   {B921600, "921600"},   {B1000000, "1000000"},
    {B1152000, "1152000"}, {B1500000, "1500000"}, {B2000000, "2000000"}, {B2500000, "2500000"},
    {B3000000, "3000000"}, {B3500000, "3500000"}, {B4000000, "4000000"}, {0x1000, "BOTHER"},
};

// As stty(1) calls them.
constexpr Symbol k_characters[] = {
    {VINTR, "intr"},       {VQUIT, "quit"},     {VERASE, "erase"}, {VKILL, "kill"},
    {VEOF, "eof"},         {VEOL, "eol"},       {VEOL2, "eol2"},   {VSWTC, "swtch"},
    {VSTART, "start"},     {VSTOP, "stop"},     {VSUSP, "susp"},   {VREPRINT, "rprnt"},
    {VDISCARD, "discard"}, {VWERASE, "werase"}, {VLNEXT, "lnext"},
};

// "^C"; NUL turns a character off.
std::string character_text(unsigned char character) {
  if (character < 0x20 || character == 0x7f) {
    return std::string("^") + static_cast<char>(character ^ 0x40);
  }
  return character < 0x7f ? std::string(1, static_cast<char>(character)) : hex_text(character);
}

std::string characters_text(std::string_view characters) {
  std::string text;
  for (const Symbol& symbol : k_characters) {
    if (symbol.value < characters.size() && characters[symbol.value] != '\0') {
      text += text.empty() ? "" : ", ";
      text += symbol.name;
      text += " " + character_text(static_cast<unsigned char>(characters[symbol.value]));
    }
  }
  return text.empty() ? "none" : text;
}

std::string byte_text(std::string_view characters, std::size_t index) {
  return index < characters.size() ? std::to_string(static_cast<unsigned char>(characters[index]))
                                   : "?";
}

}  // namespace

std::string termios_text(const Fields& fields, const Format&) {
  const auto flags = [&fields](std::string_view path) { return bits(fields, path) & 0xffffffff; };
  const auto characters = bytes(fields, "c_cc").value_or("");
  const std::uint64_t control = flags("c_cflag");
  Block block;
  block.row().cell("Input", flags_text(flags("c_iflag"), k_input));
  block.row().cell("Output", flags_text(flags("c_oflag"), k_output));
  block.row().cell("Control", flags_text(control & ~(k_speed_mask | k_input_speed), k_control));
  block.row().cell("Local", flags_text(flags("c_lflag"), k_local));
  block.row().cell("Baud", symbol_text(Integer::of_unsigned(control & k_speed_mask), k_speeds), 8);
  block.cell("Line", integer(fields, "c_line").value_or(Integer{}).decimal(), 4);
  block.cell("Min", byte_text(characters, VMIN), 4).cell("Time", byte_text(characters, VTIME));
  block.row().cell("Characters", characters_text(characters));
  return block.text();
}

std::string winsize_text(const Fields& fields, const Format&) {
  const auto number = [&fields](std::string_view path) {
    return integer(fields, path).value_or(Integer{}).decimal();
  };
  Line line;
  line.part(number("ws_row") + " rows").part(number("ws_col") + " columns");
  if (bits(fields, "ws_xpixel") != 0 || bits(fields, "ws_ypixel") != 0) {
    line.part(number("ws_xpixel") + "x" + number("ws_ypixel") + " pixels");
  }
  return line.text();
}

}  // namespace pysheeet::posix
