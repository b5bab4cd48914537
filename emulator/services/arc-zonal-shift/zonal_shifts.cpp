#include <algorithm>
#include <charconv>

#include "dispatch/zonal_shifts.h"
#include "services/arc-zonal-shift/errors.h"
#include "services/arc-zonal-shift/handlers.h"
#include "services/arc-zonal-shift/pages.h"

namespace fallstreak::services::arc_zonal_shift {
namespace {

/// AWS: "up to three days (72 hours)".
constexpr Duration kLongest = std::chrono::hours(72);

/// `90m`, `20h`; the model's pattern holds.
Duration parse_expiry(const std::string& text) {
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size() - 1, count);
  const bool is_hours = text.back() == 'h';
  const Duration duration =
      is_hours ? Duration(std::chrono::hours(count)) : Duration(std::chrono::minutes(count));
  if (duration > kLongest) throw invalid_expiry(text);
  return duration;
}

const ShiftRecord& find_active(const Context& context, const std::string& id) {
  const ShiftRecord* record = context.state.shifts.find(id);
  if (record == nullptr) throw zonal_shift_not_found(id);
  if (record->shift.status != "ACTIVE") throw zonal_shift_not_active(id);
  return *record;
}

/// The times of one resource's shifts sort as their numbers do.
std::string order_key(const wire::ZonalShift& shift) {
  std::string start = std::to_string(shift.startTime->time_since_epoch().count());
  start.insert(0, 20 - std::min<std::size_t>(start.size(), 20), '0');
  return *shift.resourceIdentifier + "|" + start + "|" + *shift.zonalShiftId;
}

void expire_later(Context& context, const ShiftRecord& record, Duration expires_in) {
  context.schedule_periodic(expires_in, kExpired, *record.shift.zonalShiftId,
                            std::to_string(record.generation));
}

void end_shift(Context& context, const std::string& id, const char* status) {
  context.state.shifts.update(id, [&](ShiftRecord& record) { record.shift.status = status; });
  const std::string arn = *context.state.shifts.find(id)->shift.resourceIdentifier;
  context.state.active.erase(arn);
  shared_shifts(context).active.erase(arn);
}

}  // namespace

// https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_StartZonalShift.html
wire::ZonalShift start_zonal_shift(Context& context, const wire::StartZonalShiftRequest& request) {
  const std::string& arn = *request.resourceIdentifier;
  if (!arn.starts_with("arn:")) throw invalid_resource_identifier(arn);
  const dispatch::ShiftableResource* resource = shared_shifts(context).resources.find(arn);
  if (resource == nullptr) throw resource_not_found(arn);
  const auto zone =
      std::ranges::find(resource->zones, *request.awayFrom, &dispatch::ShiftableResource::Zone::id);
  if (zone == resource->zones.end()) throw invalid_zone(*request.awayFrom, arn);
  const Duration expires_in = parse_expiry(*request.expiresIn);
  // AWS: "You can start a zonal shift for a specific load balancer only for a single Availability
  // Zone."
  if (const auto* id = context.state.active.find(arn)) throw zonal_shift_already_exists(*id);

  ShiftRecord record{.shift = {.zonalShiftId = context.new_uuid("zonal-shift-id"),
                               .resourceIdentifier = arn,
                               .awayFrom = request.awayFrom,
                               .expiryTime = context.now() + expires_in,
                               .startTime = context.now(),
                               .status = "ACTIVE",
                               .comment = request.comment},
                     .generation = 1};
  const std::string id = *record.shift.zonalShiftId;
  context.state.shifts.insert(id, record);
  context.state.order.insert(order_key(record.shift), id);
  context.state.active.insert(arn, id);
  shared_shifts(context).active.put(arn, zone->name);
  expire_later(context, record, expires_in);
  return record.shift;
}

// https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_UpdateZonalShift.html
wire::ZonalShift update_zonal_shift(Context& context,
                                    const wire::UpdateZonalShiftRequest& request) {
  const std::string& id = *request.zonalShiftId;
  ShiftRecord record = find_active(context, id);
  if (request.comment) record.shift.comment = request.comment;
  if (request.expiresIn) {
    const Duration expires_in = parse_expiry(*request.expiresIn);
    record.shift.expiryTime = context.now() + expires_in;
    ++record.generation;
    expire_later(context, record, expires_in);
  }
  context.state.shifts.put(id, record);
  return record.shift;
}

// https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_CancelZonalShift.html
wire::ZonalShift cancel_zonal_shift(Context& context,
                                    const wire::CancelZonalShiftRequest& request) {
  const std::string& id = *request.zonalShiftId;
  find_active(context, id);
  end_shift(context, id, "CANCELED");
  return context.state.shifts.find(id)->shift;
}

// https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_ListZonalShifts.html
wire::ListZonalShiftsResponse list_zonal_shifts(Context& context,
                                                const wire::ListZonalShiftsRequest& request) {
  const auto shift_of = [&](const auto& row) -> const wire::ZonalShift& {
    return context.state.shifts.find(row.second)->shift;
  };
  wire::ListZonalShiftsResponse response;
  auto& items = response.items.emplace();
  const std::string prefix = request.resourceIdentifier ? *request.resourceIdentifier + "|" : "";
  response.nextToken = read_page(
      context.state.order, prefix, request,
      [&](const auto& row) { return !request.status || shift_of(row).status == request.status; },
      [&](const auto& row) {
        const auto& shift = shift_of(row);
        items.push_back({.zonalShiftId = shift.zonalShiftId,
                         .resourceIdentifier = shift.resourceIdentifier,
                         .awayFrom = shift.awayFrom,
                         .expiryTime = shift.expiryTime,
                         .startTime = shift.startTime,
                         .status = shift.status,
                         .comment = shift.comment,
                         .shiftType = "ZONAL_SHIFT"});
      });
  return response;
}

void on_expired(Context& context, const world::Event& event) {
  const ShiftRecord* record = context.state.shifts.find(event.entity);
  const bool is_meant = record != nullptr && record->shift.status == "ACTIVE" &&
                        std::to_string(record->generation) == event.payload;
  if (is_meant) end_shift(context, event.entity, "EXPIRED");
}

}  // namespace fallstreak::services::arc_zonal_shift
