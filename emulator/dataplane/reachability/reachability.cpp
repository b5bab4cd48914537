#include "dataplane/reachability/reachability.h"

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
  if (!address || address->bits != 32) {
    return tl::unexpected(
        wrong("'" + text + "' is neither an interface nor an instance nor an IPv4 address"));
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

const IpAddress& private_ip_of(const End& end) {
  for (const auto& address : end.interface->addresses) {
    if (address.private_ip == end.address || address.public_ip == end.address) {
      return address.private_ip;
    }
  }
  return end.interface->addresses.front().private_ip;
}

Outcome<Packet> first_packet(const Question& question) {
  const auto protocol = parse_protocol(question.protocol);
  if (!protocol || *protocol == kAnyProtocol) {
    return tl::unexpected(wrong("the protocol '" + question.protocol + "' is not known"));
  }
  Packet packet{.protocol = *protocol};
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
  const auto public_ip = to.address ? to.address : to.interface->addresses.front().public_ip;
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
  auto packet = first_packet(question);
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
  packet->source = private_ip_of(*from);
  // An address is where the packet goes, whosever it is: the VPC that it leaves decides.
  if (const auto address = IpAddress::parse(question.to); address && address->bits == 32) {
    packet->destination = *address;
  } else {
    const auto to = find_end(network, question.to);
    if (!to) return tl::unexpected(to.error());
    packet->destination = private_ip_of(*to);
  }
  Answer answer;
  if (Walk(network, answer).leave(*from->interface, *packet)) answer.verdict = Verdict::reachable;
  return answer;
}

}  // namespace fallstreak::dataplane::reachability
