#include "dataplane/dns/message.h"

#include <map>

#include "base/dns_name.h"

namespace fallstreak::dataplane::dns {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kLongestName = 255;
/// A pointer has 14 bits.
constexpr std::size_t kFarthestPointer = 0x3FFF;

struct Type {
  std::string_view name;
  std::uint16_t number;
};
constexpr Type kTypes[] = {{"A", 1},   {"NS", 2},   {"CNAME", 5}, {"SOA", 6},  {"PTR", 12},
                           {"MX", 15}, {"TXT", 16}, {"AAAA", 28}, {"SRV", 33}, {"NAPTR", 35},
                           {"DS", 43}, {"SPF", 99}, {"ANY", 255}, {"CAA", 257}};

/// Reads a message from left to right; after a fault it gives zeros and `has_failed`.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool has_failed() const { return has_failed_; }
  [[nodiscard]] bool is_at_end() const { return at_ == bytes_.size(); }
  [[nodiscard]] std::size_t position() const { return at_; }

  std::uint8_t read_byte() {
    if (at_ >= bytes_.size()) {
      has_failed_ = true;
      return 0;
    }
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }
  std::uint16_t read_16() {
    const unsigned high = read_byte();
    return static_cast<std::uint16_t>(high << 8 | read_byte());
  }
  std::uint32_t read_32() {
    const std::uint32_t high = read_16();
    return high << 16 | read_16();
  }
  std::string_view read_bytes(std::size_t count) {
    if (count > bytes_.size() - at_) {
      has_failed_ = true;
      return {};
    }
    const auto part = bytes_.substr(at_, count);
    at_ += count;
    return part;
  }
  void skip_to(std::size_t position) { at_ = position; }
  [[nodiscard]] std::string_view since(std::size_t position) const {
    return bytes_.substr(position, at_ - position);
  }

  /// A name that may end in a pointer to an earlier place.
  std::string read_name() {
    std::string name;
    std::size_t length = 1;
    std::size_t after = 0;  // where the reading goes on, once a pointer was followed
    std::size_t bound = at_;
    while (!has_failed_) {
      const std::uint8_t first = read_byte();
      if (first >= 0xC0) {
        const std::size_t target = std::size_t(first & 0x3F) << 8 | read_byte();
        if (after == 0) after = at_;
        // A pointer leads backwards, so that no chain of them is endless.
        if (target >= bound) has_failed_ = true;
        bound = target;
        at_ = target;
        continue;
      }
      if (first > 63) has_failed_ = true;
      if (first == 0 || has_failed_) break;
      length += first + 1U;
      if (length > kLongestName) has_failed_ = true;
      name += escaped_dns_label(read_bytes(first));
      name += '.';
    }
    if (after != 0) at_ = after;
    return name.empty() ? "." : name;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool has_failed_ = false;
};

void append_16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value >> 8 & 0xFF);
  out += static_cast<char>(value & 0xFF);
}
void append_32(std::string& out, std::uint32_t value) {
  append_16(out, value >> 16);
  append_16(out, value & 0xFFFF);
}

void append_name(std::string& out, std::string_view name) {
  for (const auto label : dns_labels(name)) {
    const std::string bytes = unescaped_dns_label(label);
    out += static_cast<char>(bytes.size());
    out += bytes;
  }
  out += '\0';
}

/// How many names stand in the data of the types whose names may be compressed (RFC 3597, 4), and
/// how many bytes before and behind them.
struct Names {
  std::size_t before = 0;
  std::size_t count = 0;
  std::size_t behind = 0;
};
Names names_of(std::uint16_t type) {
  switch (type) {
    case 2:
    case 5:
    case 12:
      return {0, 1, 0};
    case 6:
      return {0, 2, 20};
    case 15:
      return {2, 1, 0};
    default:
      return {};
  }
}

std::string read_data(Reader& reader, std::uint16_t type) {
  const std::size_t length = reader.read_16();
  const std::size_t begin = reader.position();
  const Names names = names_of(type);
  if (names.count == 0) return std::string(reader.read_bytes(length));
  std::string data(reader.read_bytes(names.before));
  for (std::size_t i = 0; i < names.count; ++i) append_name(data, reader.read_name());
  data += reader.read_bytes(names.behind);
  // The length must agree with what was read.
  if (reader.position() != begin + length) static_cast<void>(reader.read_bytes(SIZE_MAX));
  return data;
}

std::uint16_t two_bytes(std::string_view bytes) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 |
                                    static_cast<unsigned char>(bytes[1]));
}

/// Nothing when it is malformed: RFC 7871 wants exactly the bytes of the prefix, and zeros behind.
std::optional<ClientSubnet> read_subnet(std::string_view option) {
  if (option.size() < 4) return std::nullopt;
  const std::uint16_t family = two_bytes(option);
  ClientSubnet subnet{.prefix = static_cast<std::uint8_t>(option[2]),
                      .scope = static_cast<std::uint8_t>(option[3])};
  subnet.address.bits = family == 1 ? 32 : 128;
  const std::string_view bytes = option.substr(4);
  const bool is_right = (family == 1 || family == 2) && subnet.prefix <= subnet.address.bits &&
                        subnet.scope <= subnet.address.bits &&
                        bytes.size() == (std::size_t(subnet.prefix) + 7) / 8;
  if (!is_right) return std::nullopt;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    subnet.address.bytes[i] = static_cast<std::uint8_t>(bytes[i]);
  }
  const std::size_t behind = bytes.size() * 8 - subnet.prefix;
  if (!bytes.empty() && (subnet.address.bytes[bytes.size() - 1] & ((1U << behind) - 1)) != 0) {
    return std::nullopt;
  }
  return subnet;
}

/// False when they are malformed. Options that this end does not know are left out.
bool read_options(std::string_view options, Edns& edns) {
  while (!options.empty()) {
    if (options.size() < 4) return false;
    const std::uint16_t code = two_bytes(options);
    const std::size_t size = two_bytes(options.substr(2));
    if (options.size() - 4 < size) return false;
    if (code == kOptionClientSubnet) {
      edns.subnet = read_subnet(options.substr(4, size));
      if (!edns.subnet) return false;
    }
    options.remove_prefix(4 + size);
  }
  return true;
}

std::string subnet_option(const ClientSubnet& subnet) {
  std::string option;
  append_16(option, subnet.address.bits == 32 ? 1 : 2);
  option += static_cast<char>(subnet.prefix);
  option += static_cast<char>(subnet.scope);
  for (std::size_t i = 0; i < (std::size_t(subnet.prefix) + 7) / 8; ++i) {
    option += static_cast<char>(subnet.address.bytes[i]);
  }
  std::string whole;
  append_16(whole, kOptionClientSubnet);
  append_16(whole, static_cast<std::uint16_t>(option.size()));
  return whole + option;
}

bool read_record(Reader& reader, Message& message, std::vector<WireRecord>& section) {
  WireRecord record;
  record.name = reader.read_name();
  record.type = reader.read_16();
  record.class_ = reader.read_16();
  record.ttl = reader.read_32();
  record.data = read_data(reader, record.type);
  if (reader.has_failed()) return false;
  if (record.type != kTypeOpt) {
    section.push_back(std::move(record));
    return true;
  }
  // RFC 6891: one, with the root as its name.
  if (message.edns || record.name != "." || &section != &message.additional) return false;
  message.edns = Edns{.udp_size = record.class_,
                      .extended_rcode = static_cast<std::uint8_t>(record.ttl >> 24),
                      .version = static_cast<std::uint8_t>(record.ttl >> 16 & 0xFF),
                      .wants_dnssec = (record.ttl & 0x8000) != 0};
  return read_options(record.data, *message.edns);
}

/// Writes a message; names that came before are pointed to.
class Writer {
 public:
  explicit Writer(std::size_t limit) : limit_(limit) {}

  void header(const Message& message) {
    append_16(out, message.id);
    std::uint32_t flags = message.rcode & 0xFU;
    flags |= std::uint32_t(message.is_response) << 15;
    flags |= std::uint32_t(message.opcode & 0xF) << 11;
    flags |= std::uint32_t(message.is_authoritative) << 10;
    flags |= std::uint32_t(message.is_truncated) << 9;
    flags |= std::uint32_t(message.recursion_desired) << 8;
    flags |= std::uint32_t(message.recursion_available) << 7;
    append_16(out, flags);
    out.append(8, '\0');
  }

  void question(const WireQuestion& question) {
    if (question.as_sent.empty()) {
      name(question.name);
    } else {
      remember(question.name);
      out += question.as_sent;
    }
    append_16(out, question.type);
    append_16(out, question.class_);
    ++counts_[0];
  }

  /// False when it does not fit; then nothing was written.
  bool record(const WireRecord& record, std::size_t section) {
    const std::size_t begin = out.size();
    const auto known = known_;
    name(record.name);
    append_16(out, record.type);
    append_16(out, record.class_);
    append_32(out, record.ttl);
    append_16(out, std::uint32_t(record.data.size()));
    out += record.data;
    if (out.size() > limit_) {
      out.resize(begin);
      known_ = known;
      return false;
    }
    ++counts_[section];
    return true;
  }

  void count(std::size_t section) { ++counts_[section]; }

  std::string finish(bool is_truncated) {
    if (is_truncated) out[2] = static_cast<char>(out[2] | 0x02);
    for (std::size_t i = 0; i < 4; ++i) {
      out[4 + 2 * i] = static_cast<char>(counts_[i] >> 8 & 0xFF);
      out[5 + 2 * i] = static_cast<char>(counts_[i] & 0xFF);
    }
    return std::move(out);
  }

  std::string out;

 private:
  void remember(std::string_view canonical) {
    std::size_t at = out.size();
    for (std::string_view rest = canonical; rest.size() > 1; rest = parent_dns_name(rest)) {
      if (at <= kFarthestPointer) known_.emplace(rest, at);
      at += unescaped_dns_label(rest.substr(0, rest.find('.'))).size() + 1;
    }
  }

  void name(std::string_view canonical) {
    for (std::string_view rest = canonical; rest.size() > 1; rest = parent_dns_name(rest)) {
      if (const auto found = known_.find(rest); found != known_.end()) {
        append_16(out, std::uint32_t(0xC000 | found->second));
        return;
      }
      if (out.size() <= kFarthestPointer) known_.emplace(rest, out.size());
      const std::string label = unescaped_dns_label(rest.substr(0, rest.find('.')));
      out += static_cast<char>(label.size());
      out += label;
    }
    out += '\0';
  }

  std::size_t limit_;
  std::map<std::string, std::size_t, std::less<>> known_;
  std::size_t counts_[4] = {};
};

}  // namespace

std::uint16_t type_number(std::string_view type) {
  for (const auto& one : kTypes) {
    if (one.name == type) return one.number;
  }
  return 0;
}

std::string_view type_name(std::uint16_t number) {
  for (const auto& one : kTypes) {
    if (one.number == number) return one.name;
  }
  return {};
}

std::optional<std::string> wire_name(std::string_view name) {
  const auto canonical = canonical_dns_name(name);
  if (!canonical) return std::nullopt;
  std::string out;
  append_name(out, *canonical);
  return out;
}

std::optional<Message> decode_message(std::string_view bytes) {
  if (bytes.size() < kHeader) return std::nullopt;
  Reader reader(bytes);
  Message message;
  message.id = reader.read_16();
  const std::uint16_t flags = reader.read_16();
  message.is_response = (flags & 0x8000) != 0;
  message.opcode = static_cast<std::uint8_t>(flags >> 11 & 0xF);
  message.is_authoritative = (flags & 0x400) != 0;
  message.is_truncated = (flags & 0x200) != 0;
  message.recursion_desired = (flags & 0x100) != 0;
  message.recursion_available = (flags & 0x80) != 0;
  message.rcode = static_cast<std::uint8_t>(flags & 0xF);
  std::size_t counts[4];
  for (auto& count : counts) count = reader.read_16();
  for (std::size_t i = 0; i < counts[0]; ++i) {
    WireQuestion question;
    const std::size_t begin = reader.position();
    question.name = reader.read_name();
    // A pointer means nothing in another message.
    const std::string_view sent = reader.since(begin);
    const auto plain = wire_name(question.name);
    if (plain && plain->size() == sent.size()) question.as_sent = sent;
    question.type = reader.read_16();
    question.class_ = reader.read_16();
    if (reader.has_failed()) return std::nullopt;
    message.questions.push_back(std::move(question));
  }
  std::vector<WireRecord>* const sections[] = {&message.answers, &message.authority,
                                               &message.additional};
  for (std::size_t section = 0; section < 3; ++section) {
    for (std::size_t i = 0; i < counts[section + 1]; ++i) {
      if (!read_record(reader, message, *sections[section])) return std::nullopt;
    }
  }
  if (!reader.is_at_end()) return std::nullopt;
  return message;
}

std::string encode_message(const Message& message, std::size_t limit) {
  // Room is kept for what must not be left out.
  const std::string options =
      message.edns && message.edns->subnet ? subnet_option(*message.edns->subnet) : std::string();
  const std::size_t reserved = message.edns ? 11 + options.size() : 0;
  Writer writer(limit > reserved ? limit - reserved : 0);
  writer.header(message);
  for (const auto& question : message.questions) writer.question(question);
  bool is_whole = true;
  const std::vector<WireRecord>* const sections[] = {&message.answers, &message.authority,
                                                     &message.additional};
  for (std::size_t section = 0; section < 3 && is_whole; ++section) {
    for (const auto& record : *sections[section]) {
      is_whole = writer.record(record, section + 1);
      if (!is_whole) break;
    }
  }
  if (message.edns) {
    const auto& edns = *message.edns;
    writer.out += '\0';
    append_16(writer.out, kTypeOpt);
    append_16(writer.out, edns.udp_size);
    append_32(writer.out, std::uint32_t(edns.extended_rcode) << 24 |
                              std::uint32_t(edns.version) << 16 |
                              (edns.wants_dnssec ? 0x8000U : 0U));
    append_16(writer.out, static_cast<std::uint16_t>(options.size()));
    writer.out += options;
    writer.count(3);
  }
  return writer.finish(!is_whole);
}

}  // namespace fallstreak::dataplane::dns
