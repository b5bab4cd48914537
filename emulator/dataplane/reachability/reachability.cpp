#include "dataplane/reachability/reachability.h"

#include <algorithm>
#include <utility>

#include "dataplane/reachability/walk.h"

namespace fallstreak::dataplane::reachability {
namespace {

/// AWS's page on ephemeral ports: "Many Linux kernels (including the Amazon Linux kernel) use ports
/// 32768-61000."
constexpr PortRange kLinuxPorts{32768, 61000};

ApiError wrong(std::string text) { return ApiError("InvalidParameterValue", std::move(text)); }

/// One end of the path: an interface, or an address that nobody has whom we know.
struct End {
  const Interface* interface = nullptr;
  std::optional<IpAddress> address;
};

Outcome<End> find_end(const Network& network, const std::string& text) {
  if (text.starts_with("eni-") || text.starts_with("i-")) {
    const Interface* interface =
        text.starts_with("eni-") ? network.find_interface(text) : network.find_instance(text);
    if (interface == nullptr) {
      return tl::unexpected(wrong("'" + text + "' is not there, or has no interface"));
    }
    return End{.interface = interface, .address = {}};
  }
  const auto address = IpAddress::parse(text);
  if (!address) {
    return tl::unexpected(
        wrong("'" + text + "' is neither an interface nor an instance nor an address"));
  }
  if (const Interface* interface = network.find_public(*address)) {
    return End{.interface = interface, .address = address};
  }
  const auto owners = network.find_private(*address);
  if (owners.size() > 1) {
    return tl::unexpected(wrong("'" + text + "' is in use in " + std::to_string(owners.size()) +
                                " VPCs; name the interface"));
  }
  return End{.interface = owners.empty() ? nullptr : owners.front(), .address = address};
}

/// How many bits the addresses have: an end that is an address says it, and else it is IPv4.
Outcome<int> family_of(const Question& question) {
  const auto from = IpAddress::parse(question.from);
  const auto to = IpAddress::parse(question.to);
  if (from && to && from->bits != to->bits) {
    return tl::unexpected(
        wrong("'" + question.from + "' and '" + question.to + "' are an IPv4 and an IPv6 address"));
  }
  return from ? from->bits : to ? to->bits : 32;
}

/// The end's own address when it was named by one, and else its first one of that family; empty
/// when it has none.
std::optional<InterfaceAddress> address_of(const End& end, int family) {
  const auto& all = end.interface->addresses;
  const auto found = std::ranges::find_if(all, [&](const InterfaceAddress& each) {
    if (!end.address) return each.private_ip.bits == family;
    return each.private_ip == end.address || each.public_ip == end.address;
  });
  if (found != all.end()) return *found;
  return end.address ? end.interface->find_address(*end.address) : std::nullopt;
}

std::string no_ipv6_address(const Interface& interface) {
  return interface.id + " has no IPv6 address";
}

Outcome<Packet> first_packet(const Question& question, int family) {
  const auto protocol = parse_protocol(question.protocol);
  if (!protocol || *protocol == kAnyProtocol) {
    return tl::unexpected(wrong("the protocol '" + question.protocol + "' is not known"));
  }
  if (*protocol == (family == 128 ? kIcmp : kIcmpv6)) {
    return tl::unexpected(wrong("icmp is of IPv4, icmpv6 of IPv6"));
  }
  Packet packet{.protocol = *protocol};
  if (*protocol == kIcmpv6) packet.icmp_type = kEchoRequestOfIpv6;
  const bool has_ports = *protocol == kTcp || *protocol == kUdp;
  if (has_ports && (question.port < 1 || question.port > 65535)) {
    return tl::unexpected(wrong("the port must be from 1 to 65535"));
  }
  packet.destination_ports = {question.port, question.port};
  packet.source_ports = question.source_ports.value_or(kLinuxPorts);
  return packet;
}

Answer from_the_internet(const Network& network, const End& to, Packet packet,
                         const Question& question) {
  Answer answer;
  Walk walk(network, answer);
  if (!question.source_ports) packet.source_ports = kAnyClientPorts;
  if (to.interface == nullptr) {
    walk.stop("internet", question.to, "nothing that is described has " + question.to);
    return answer;
  }
  const auto own = address_of(to, packet.source.bits);
  if (!own) {
    walk.stop("interface", to.interface->id, no_ipv6_address(*to.interface));
    return answer;
  }
  const auto public_ip = to.address ? to.address : own->public_ip;
  if (!public_ip || is_private(*public_ip)) {
    walk.stop("interface", to.interface->id,
              question.to + " of " + to.interface->id +
                  " is no public address, so that nobody in "
                  "the internet reaches it");
    return answer;
  }
  packet.destination = *public_ip;
  if (walk.come_in(*to.interface, packet)) answer.verdict = Verdict::reachable;
  return answer;
}

Outcome<Answer> from_an_interface(const Network& network, const End& from, int family,
                                  Packet packet, const Question& question) {
  Answer answer;
  Walk walk(network, answer);
  // An address is where the packet goes, whosever it is: the VPC that it leaves decides.
  const auto address = IpAddress::parse(question.to);
  const auto own = address_of(from, family);
  if (!own) {
    walk.stop("interface", from.interface->id, no_ipv6_address(*from.interface));
    return answer;
  }
  packet.source = own->private_ip;
  if (address) {
    packet.destination = *address;
  } else {
    const auto to = find_end(network, question.to);
    if (!to) return tl::unexpected(to.error());
    const auto theirs = address_of(*to, family);
    if (!theirs) {
      walk.stop("interface", to->interface->id, no_ipv6_address(*to->interface));
      return answer;
    }
    packet.destination = theirs->private_ip;
  }
  if (walk.leave(*from.interface, packet)) answer.verdict = Verdict::reachable;
  return answer;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::reachable:
      return "reachable";
    case Verdict::not_reachable:
      return "not-reachable";
    case Verdict::undecided:
      break;
  }
  return "undecided";
}

Outcome<Answer> find_path(const Network& network, const Question& question) {
  const auto family = family_of(question);
  if (!family) return tl::unexpected(family.error());
  auto packet = first_packet(question, *family);
  if (!packet) return tl::unexpected(std::move(packet.error()));
  const auto from = find_end(network, question.from);
  if (!from) return tl::unexpected(from.error());
  if (from->interface == nullptr) {
    if (is_private(*from->address)) {
      return tl::unexpected(wrong("no interface has the private address " + question.from));
    }
    const auto to = find_end(network, question.to);
    if (!to) return tl::unexpected(to.error());
    packet->source = *from->address;
    return from_the_internet(network, *to, *packet, question);
  }
  return from_an_interface(network, *from, *family, *packet, question);
}

}  // namespace fallstreak::dataplane::reachability
